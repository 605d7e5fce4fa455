delete from person_state
where person = $1 and state = 'restricted'
