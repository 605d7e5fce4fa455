select 1
from step
where position > $1
limit 1
