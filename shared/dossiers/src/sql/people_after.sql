select teacher
from person
where teacher > $1
order by teacher
limit $2
