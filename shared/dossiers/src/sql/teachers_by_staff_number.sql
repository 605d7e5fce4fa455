select teacher
from employed
where staff_number = $1
order by teacher
