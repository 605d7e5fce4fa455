insert into person_state (person, state)
values ($1, 'erasing')
on conflict (person) do update set state = excluded.state
where person_state.state <> 'erased' or $2 = 1
