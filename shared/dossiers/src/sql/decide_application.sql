update application
set state = $1
where recognition = $2
