select state
from person_state
where person = $1
