select position, teacher, kind, event, on_day
from change
where (position > $1 or (position = $1 and (teacher > $2 or (teacher = $2 and kind > $3))))
  and position <= $4
order by position, teacher, kind
limit $5
