select recognition, teacher
from recognition
where recognition in
