with written as (
  insert into event (
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
  )
  select
    partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
    agent, capacity, organisation, command, correlation, causation, $17::smallint, payload, $18::smallint, hash
  from unnest(
    $1::integer[], $2::bigint[], $3::text[], $4::bytea[], $5::bigint[], $6::bytea[], $7::text[], $8::integer[],
    $9::integer[], $10::bigint[], $11::text[], $12::text[], $13::bytea[], $14::bytea[], $15::bytea[], $16::bytea[],
    $19::bytea[], $20::bytea[]
  ) as new (
    partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
    agent, capacity, organisation, command, correlation, causation, payload, hash
  )
),
moved as (
  insert into stream (partition, category, stream, version)
  select partition, category, stream, version
  from unnest($21::integer[], $22::text[], $23::bytea[], $24::bigint[]) as new (partition, category, stream, version)
  on conflict (partition, category, stream) do update
  set version = excluded.version
)
update head
set position = new.position, recorded_at = new.recorded_at
from unnest($25::integer[], $26::bigint[], $27::bigint[]) as new (partition, position, recorded_at)
where head.partition = new.partition
