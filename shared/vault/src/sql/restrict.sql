insert into person_state (person, state)
values ($1, 'restricted')
on conflict (person) do nothing
