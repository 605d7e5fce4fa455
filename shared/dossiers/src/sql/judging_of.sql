)
select 'approval' kind, a.site, a.event, a.body, a.position, cast(null as bigint)
from asked k
cross join approval a
where a.site = k.id
union all
select 'school', o.school, o.province, o.education_level, cast(0 as bigint), null
from asked k
cross join school o
where o.school = k.id
union all
select 'pack', p.digest, null, p.retired_day, p.position, p.retired_position
from pack p
