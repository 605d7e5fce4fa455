)
select 'approval' kind, a.site, a.event, a.body, a.position, cast(null as bigint)
from asked k
join approval a
  on a.site = k.id
union all
select 'school', o.school, o.province, o.education_level, cast(0 as bigint), null
from asked k
join school o
  on o.school = k.id
union all
select 'pack', p.digest, null, p.retired_day, p.position, p.retired_position
from pack p
