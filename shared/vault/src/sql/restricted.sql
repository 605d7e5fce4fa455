select person
from person_state
where state = 'restricted'
order by person
