insert into messages (id, stream_name, position, type, data)
select id::uuid, 'bench-' || stream, version, 'held', payload::jsonb
from unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) as new (stream, version, id, payload)
