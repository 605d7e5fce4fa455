select 'keeper' as kind, teacher.teacher, teacher.state, cast(0 as bigint), null as organisation, null as city,
  null as province
from teacher
where teacher.teacher = $1
union all
select 'post', post.teacher, post.last_day, cast(0 as bigint), place.organisation, place.city, place.province
from post
left join place on place.organisation = post.organisation
where post.teacher = $1
  and post.voided = 0
union all
select 'home', teacher.teacher, '', cast(0 as bigint), place.organisation, place.city, place.province
from teacher
cross join place
where teacher.teacher = $1
  and place.organisation = teacher.home
union all
select 'merged', merged.other, '', cast(0 as bigint), null, null, null
from merged
where merged.other = $1
union all
select 'merged', merged.keeper, '', cast(0 as bigint), null, null, null
from merged
where merged.keeper = $1
