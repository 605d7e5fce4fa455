select person, state
from person_state
where person in
