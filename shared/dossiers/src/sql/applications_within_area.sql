and exists (
  select 1
  from present r
  join school o
    on o.school = r.organisation
  where r.teacher = p.teacher
    and r.until_day > $5
    and o.province = $7
    and (cast($8 as text) = '' or o.city = $8)
)
