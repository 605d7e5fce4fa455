select distinct coalesce(a.keeper, e.teacher)
from employed e
left join alias a
  on a.teacher = e.teacher
where e.staff_number = $1
order by 1
