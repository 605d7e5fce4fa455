update application
set state = 'applied'
where recognition = $1
  and state = 'refused'
