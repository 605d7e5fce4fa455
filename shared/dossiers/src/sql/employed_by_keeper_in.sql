select a.keeper, e.school, e.staff_number
from alias a
join employed e
  on e.teacher = a.teacher
where a.keeper in
