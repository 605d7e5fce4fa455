select distinct e.teacher
from employed e
join school s on s.school = e.school
where s.province = $1
