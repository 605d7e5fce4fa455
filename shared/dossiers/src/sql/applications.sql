select a.recognition, p.teacher, a.level, a.pack, a.on_day
from application a
left join alias k
  on k.teacher = a.teacher
join person p
  on p.teacher = coalesce(k.keeper, a.teacher)
where a.state = $1
  and (a.on_day > $2 or (a.on_day = $2 and a.recognition > $3))
  and p.state = 'active'
  and (
    cast($4 as text) = ''
    or exists (
      select 1
      from present r
      join school o
        on o.school = r.organisation
      where r.teacher = p.teacher
        and r.until_day > $5
        and (o.school = $4 or o.code = $4 or o.city = $4 or o.province = $4)
    )
  )
