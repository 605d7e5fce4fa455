select teacher
from recognition
where recognition = $1
