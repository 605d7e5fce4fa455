select teacher
from subject
where position = $1 and teacher > $2
order by teacher
limit $3
