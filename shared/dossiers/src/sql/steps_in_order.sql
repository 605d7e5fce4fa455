select position, day, profile, mark, cast(sum(delta) as bigint)
from step
group by position, day, profile, mark
having sum(delta) <> 0
order by position, day, profile, mark
