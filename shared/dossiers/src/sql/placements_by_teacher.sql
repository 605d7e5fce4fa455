select placement
from placement
where teacher = $1
order by placement
