insert into person_key (person, suite, kek, wrapped)
values ($1, $2, $3, $4)
on conflict (person) do nothing
