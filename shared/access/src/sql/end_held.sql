update held
set last_day = $1
where grant_event = $2
