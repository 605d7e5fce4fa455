select held.grant_event, held.role, place.organisation, place.city, place.province,
  (select min(approval.from_day) from approval
    where approval.body = held.organisation
      and approval.voided = 0
      and approval.from_day <= approval.last_day),
  (select max(approval.last_day) from approval
    where approval.body = held.organisation
      and approval.voided = 0
      and approval.from_day <= approval.last_day)
from held
left join place on place.organisation = held.organisation
where held.account = $1
  and held.from_day <= $2
  and held.last_day >= $2
order by held.grant_event
