select teacher, event, body
from entry
where teacher in
