insert into events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
select 'bench', stream, version + 1, 'held', '1.0', payload::json, '{}'
from unnest($1::text[], $2::bigint[], $3::text[]) as new (stream, version, payload)
