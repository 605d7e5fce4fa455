select teacher, state
from person
where state in ('restricted', 'erased')
order by teacher
