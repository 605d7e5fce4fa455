and p.teacher in (
  select r.teacher
  from present r
  where r.organisation = $11
    and r.until_day > $10
    and r.teacher > $2
)
