select p.teacher, p.identity, s.from_day, s.until_day, s.profile, s.mark
from person p
left join stretch s
  on s.teacher = p.teacher
  and s.from_day <= $1
  and s.until_day > $1
where p.teacher > $2
  and p.state = 'active'
  and not exists (
    select 1
    from alias a
    where a.teacher = p.teacher
  )
  and ($3 = 0 or ($3 = 1 and s.mark is not null) or ($3 = 2 and s.mark is null))
  and ($4 = 0 or (s.mark & $4) <> 0)
  and ($5 = 0 or (s.mark & $5) = 0)
  and ($6 = 0 or (s.mark & $6) = $7)
  and (
    cast($8 as text) = ''
    or exists (
      select 1
      from seat t
      join school o
        on o.school = t.school
      where t.profile = s.profile
        and (o.school = $8 or o.code = $8 or o.city = $8 or o.province = $8)
    )
  )
