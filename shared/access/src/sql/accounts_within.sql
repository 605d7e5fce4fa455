with reached (organisation) as (
  select place.organisation
  from place
  where place.province = coalesce(cast($3 as text), place.province)
    and place.city = coalesce(cast($4 as text), place.city)
    and place.organisation = coalesce(cast($5 as text), place.organisation)
)
select held.account
from reached
cross join held
where held.organisation = reached.organisation
  and held.account > $1
union
select account.account
from reached
cross join post
cross join account
where post.organisation = reached.organisation
  and account.person = post.teacher
  and account.account > $1
union
select account.account
from reached
cross join teacher
cross join account
where teacher.home = reached.organisation
  and account.person = teacher.teacher
  and account.account > $1
union
select account.account
from merged
cross join account
where account.person in (merged.keeper, merged.other)
  and account.account > $1
order by 1
limit $2
