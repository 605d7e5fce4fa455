insert into person_state (person, state)
values ($1, 'erased')
on conflict (person) do update set state = excluded.state
