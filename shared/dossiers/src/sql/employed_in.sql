select teacher, school, staff_number
from employed
where teacher in
