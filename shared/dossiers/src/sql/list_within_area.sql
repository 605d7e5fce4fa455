and p.teacher in (
  select r.teacher
  from school o
  join present r
    on r.organisation = o.school
  where o.province = $11
    and (cast($12 as text) = '' or o.city = $12)
    and r.until_day > $10
    and r.teacher > $2
)
