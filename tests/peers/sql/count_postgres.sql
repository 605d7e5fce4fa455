insert into counts (stream, events)
select stream, events
from unnest($1::text[], $2::bigint[]) as new (stream, events)
on conflict (stream) do update set events = counts.events + excluded.events
