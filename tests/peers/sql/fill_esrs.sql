insert into bench_events (id, aggregate_id, payload, occurred_on, sequence_number)
select id, stream, payload::jsonb, clock_timestamp(), version + 1
from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[]) as new (stream, version, id, payload)
