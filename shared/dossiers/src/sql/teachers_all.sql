select teacher
from person
order by teacher
