with recursive keepers (teacher, step) as (
  select account.person, 0
  from account
  where account.account = $1
    and account.person is not null
  union all
  select merged.keeper, keepers.step + 1
  from keepers
  join merged on merged.other = keepers.teacher
  where keepers.step < 16
)
select account.agent, account.closed,
  (select keepers.teacher from keepers order by keepers.step desc, keepers.teacher limit 1)
from account
where account.account = $1
