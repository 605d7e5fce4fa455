select fact
from confirmed
where fact = $1
