)
select 'person' kind, teacher, state, identity, cast(null as text), cast(null as text), position, cast(null as bigint)
from asked
union all
select 'keeper', l.teacher, l.keeper, null, null, null, cast(0 as bigint), null
from asked a
join alias l
  on l.teacher = a.teacher
union all
select 'place', r.teacher, r.until_day, r.organisation, o.city, o.province, cast(0 as bigint), null
from asked a
join present r
  on r.teacher = a.teacher
left join school o
  on o.school = r.organisation
union all
select 'merge', m.keeper, m.other, m.event, null, null, m.position, m.undone_position
from asked a
join merge m
  on m.keeper = a.teacher
union all
select 'merge', m.keeper, m.other, m.event, null, null, m.position, m.undone_position
from asked a
join merge m
  on m.other = a.teacher
union all
select 'employed', e.teacher, e.school, e.staff_number, null, null, cast(0 as bigint), null
from asked a
join employed e
  on e.teacher = a.teacher
union all
select
  'entries',
  e.teacher,
  string_agg('[' || e.position || ',"' || e.event || '",' || e.body || ']', ','),
  null,
  null,
  null,
  cast(0 as bigint),
  null
from asked a
join entry e
  on e.teacher = a.teacher
group by e.teacher
