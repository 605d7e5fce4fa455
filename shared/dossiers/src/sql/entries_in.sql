select teacher, event, body, position
from entry
where teacher in
