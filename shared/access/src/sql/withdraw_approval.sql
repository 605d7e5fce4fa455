update approval
set last_day = $1
where body = $2
  and position < $3
  and last_day > $1
