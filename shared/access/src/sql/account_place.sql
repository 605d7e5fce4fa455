select account.person, held.grant_event, place.organisation, place.city, place.province
from account
left join held on held.account = account.account
  and held.last_day >= $2
  and held.from_day <= held.last_day
left join place on place.organisation = held.organisation
where account.account = $1
order by held.grant_event
