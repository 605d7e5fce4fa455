select school, staff_number
from employed
where teacher = $1
order by school, staff_number
