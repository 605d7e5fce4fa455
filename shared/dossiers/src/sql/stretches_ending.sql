select s.teacher, s.until_day, s.mark, n.mark
from stretch s
left join stretch n
  on n.teacher = s.teacher
  and n.from_day = s.until_day
where (s.until_day > $1 or (s.until_day = $1 and s.teacher > $2))
  and s.until_day <= $3
  and s.until_day < '9999-12-31'
order by s.until_day, s.teacher
limit $4
