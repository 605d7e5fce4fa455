and exists (
  select 1
  from present r
  where r.teacher = p.teacher
    and r.until_day > $5
    and r.organisation = $7
)
