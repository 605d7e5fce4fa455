select event, body
from approval
where site = $1
  and position <= $2
order by position
