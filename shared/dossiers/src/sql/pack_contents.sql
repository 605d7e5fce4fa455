select content
from pack
where position <= $1
order by position
