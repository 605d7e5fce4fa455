insert into reached (name, position)
values ('counts', $1)
on conflict (name) do update set position = excluded.position
