select grant_event, role, organisation, from_day, last_day
from held
where account = $1
  and from_day <= last_day
order by from_day, grant_event
