with moved as (
  update head
  set position = new.position, recorded_at = new.recorded_at
  from unnest($25::integer[], $26::bigint[], $27::bigint[], $28::bigint[]) as new (
    partition, position, recorded_at, before
  )
  where head.partition = new.partition
    and head.position = new.before
    and not exists (
      select 1
      from unnest($29::integer[], $30::text[], $31::bytea[], $32::bigint[]) as assumed (
        partition, category, stream, version
      )
      left join stream
        on stream.partition = assumed.partition
        and stream.category = assumed.category
        and stream.stream = assumed.stream
      where case
          when assumed.version is null then stream.version is null
          else coalesce(stream.version, 0) <> assumed.version
        end
    )
  returning head.partition
),
kept as (
  insert into caller_key (agent, name, fingerprint, command, spans)
  select agent, name, fingerprint, command, spans
  from unnest($33::text[], $34::text[], $35::bytea[], $36::bytea[], $37::text[]) as new (
    agent, name, fingerprint, command, spans
  )
  where exists (select 1 from moved) or cardinality($25::integer[]) = 0
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
),
gone_on as (
  insert into stream (partition, category, stream, version)
  select partition, category, stream, version
  from unnest($21::integer[], $22::text[], $23::bytea[], $24::bigint[]) as new (partition, category, stream, version)
  where exists (select 1 from moved)
  on conflict (partition, category, stream) do update
  set version = excluded.version
)
select count(*)
from moved
