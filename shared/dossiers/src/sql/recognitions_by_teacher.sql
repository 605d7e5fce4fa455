select recognition
from recognition
where teacher = $1
order by recognition
