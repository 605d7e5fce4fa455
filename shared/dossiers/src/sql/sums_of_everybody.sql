select profile, mark, count(*)
from stretch
where from_day <= $1
  and until_day > $1
  and not exists (
    select 1
    from step
    where position > $2
  )
group by profile, mark
union all
select profile, mark, cast(sum(delta) as bigint)
from step
where day <= $1
  and position <= $2
  and exists (
    select 1
    from step
    where position > $2
  )
group by profile, mark
having sum(delta) <> 0
