with recursive sampled (position) as (
  select cast($1 as bigint)
  union all
  select position + $1 from sampled where position + $1 <= $2
)
select event.stream
from sampled
join event on event.partition = $3 and event.position = sampled.position
