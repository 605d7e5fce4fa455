)
select 'person' kind, teacher, state, identity, cast(null as text), cast(null as text), position, cast(null as bigint)
from asked
union all
select 'keeper', l.teacher, l.keeper, null, null, null, cast(0 as bigint), null
from asked a
cross join alias l
where l.teacher = a.teacher
union all
select 'place', r.teacher, r.until_day, r.organisation, o.city, o.province, cast(0 as bigint), null
from asked a
cross join present r
left join school o
  on o.school = r.organisation
where r.teacher = a.teacher
union all
select 'merge', m.keeper, m.other, m.event, null, null, m.position, m.undone_position
from asked a
cross join merge m
where m.keeper = a.teacher
union all
select 'merge', m.keeper, m.other, m.event, null, null, m.position, m.undone_position
from asked a
cross join merge m
where m.other = a.teacher
union all
select 'employed', e.teacher, e.school, e.staff_number, null, null, cast(0 as bigint), null
from asked a
cross join employed e
where e.teacher = a.teacher
union all
select
  'entries',
  a.teacher,
  (
    select string_agg('[' || e.position || ',"' || e.event || '",' || e.body || ']', ',')
    from entry e
    where e.teacher = a.teacher
  ),
  null,
  null,
  null,
  cast(0 as bigint),
  null
from asked a
