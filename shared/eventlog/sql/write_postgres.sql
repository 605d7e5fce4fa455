with moved as (
  update head
  set position = new.position, recorded_at = new.recorded_at
  from unnest($21::integer[], $22::bigint[], $23::bigint[], $24::bigint[]) as new (
    partition, position, recorded_at, before
  )
  where head.partition = new.partition
    and head.position = new.before
    and not exists (
      select 1
      from unnest($25::integer[], $26::text[], $27::bytea[], $28::bigint[]) as assumed (
        partition, category, stream, version
      )
      cross join lateral (
        select coalesce(max(event.version), 0) as version
        from event
        where event.partition = assumed.partition
          and event.category = assumed.category
          and event.stream = assumed.stream
      ) as found
      where case when assumed.version is null then found.version = 0 else found.version <> assumed.version end
    )
  returning head.partition
),
kept as (
  insert into caller_key (agent, name, fingerprint, command, spans)
  select agent, name, fingerprint, command, spans
  from unnest($29::text[], $30::text[], $31::bytea[], $32::bytea[], $33::text[]) as new (
    agent, name, fingerprint, command, spans
  )
  where exists (select 1 from moved) or cardinality($21::integer[]) = 0
),
written as (
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
  where exists (select 1 from moved)
)
select count(*)
from moved
