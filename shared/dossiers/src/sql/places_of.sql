select r.organisation, o.city, o.province
from present r
left join school o
  on o.school = r.organisation
where r.teacher = $1
  and r.until_day > $2
order by r.organisation
