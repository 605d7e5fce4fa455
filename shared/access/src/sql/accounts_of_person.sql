with recursive keepers (teacher, step) as (
  select cast($1 as text), 0
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
select account
from account
where person in (select family.teacher from family)
order by account
