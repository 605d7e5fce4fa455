select profile, mark, cast(sum(delta) as bigint)
from step
where day <= $1
  and position <= $2
group by profile, mark
having sum(delta) <> 0
