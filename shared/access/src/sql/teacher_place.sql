with recursive keepers (teacher, step) as (
  select teacher.teacher, 0
  from teacher
  where teacher.teacher = $1
  union all
  select merged.keeper, keepers.step + 1
  from keepers
  join merged on merged.other = keepers.teacher
  where keepers.step < 16
),
family (teacher, step) as (
  select (select keepers.teacher from keepers order by keepers.step desc, keepers.teacher limit 1), 0
  union all
  select merged.other, family.step + 1
  from family
  join merged on merged.keeper = family.teacher
  where family.step < 16
)
select 'keeper' as kind, keepers.teacher, teacher.state, cast(keepers.step as bigint), null as organisation, null as city,
  null as province
from keepers
cross join teacher
where teacher.teacher = keepers.teacher
union
select 'post', family.teacher, post.last_day, cast(0 as bigint), place.organisation, place.city, place.province
from family
cross join post
left join place on place.organisation = post.organisation
where post.teacher = family.teacher
  and post.voided = 0
union
select 'home', family.teacher, '', cast(0 as bigint), place.organisation, place.city, place.province
from family
cross join teacher
cross join place
where teacher.teacher = family.teacher
  and place.organisation = teacher.home
order by 1, 4, 2, 3, 5
