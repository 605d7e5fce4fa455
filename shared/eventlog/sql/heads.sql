select partition, position, recorded_at
from head
order by partition
