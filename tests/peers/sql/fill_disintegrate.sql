insert into event (event_type, payload, stream)
select 'Held', payload, stream
from unnest($1::text[], $2::bytea[]) as new (stream, payload)
