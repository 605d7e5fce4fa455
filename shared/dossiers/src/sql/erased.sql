select teacher
from person
where state = 'erased'
order by teacher
