select r.teacher, r.until_day, r.organisation, o.city, o.province
from present r
left join school o
  on o.school = r.organisation
where r.teacher in
