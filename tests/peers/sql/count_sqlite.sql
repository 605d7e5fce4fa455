insert into counts (stream, events)
values ($1, $2)
on conflict (stream) do update set events = counts.events + excluded.events
