select person_key.person, person_key.suite, person_key.kek, person_key.wrapped, person_state.state
from person_key
left join person_state on person_state.person = person_key.person
where person_key.person = $1
