select distinct e.teacher
from employed e
join school s on s.school = e.school
where e.teacher > $1 and s.province = $3
order by e.teacher
limit $2
