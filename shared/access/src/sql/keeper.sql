with recursive keepers (teacher, step) as (
  select merged.keeper, 1
  from merged
  where merged.other = $1
  union all
  select merged.keeper, keepers.step + 1
  from keepers
  join merged on merged.other = keepers.teacher
  where keepers.step < 16
)
select keepers.teacher
from keepers
order by keepers.step desc, keepers.teacher
limit 1
