insert into person_state (person, state)
values
