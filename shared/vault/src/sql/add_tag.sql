insert into person_tag (tag, person)
values ($1, $2)
on conflict (tag) do nothing
