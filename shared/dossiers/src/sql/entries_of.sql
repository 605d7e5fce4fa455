select event, body, position
from entry
where teacher = $1
  and position <= $2
order by position
