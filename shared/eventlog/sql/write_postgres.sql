with moved as (
  update head
  set position = new.position, recorded_at = new.recorded_at
  from unnest($2::integer[], $3::bigint[], $4::bigint[], $5::bigint[]) as new (
    partition, position, recorded_at, before
  )
  where head.partition = new.partition
    and head.position = new.before
    and not exists (
      select 1
      from unnest($6::integer[], $7::text[], $8::bytea[], $9::bigint[]) as assumed (
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
  from unnest($10::text[], $11::text[], $12::bytea[], $13::bytea[], $14::text[]) as new (
    agent, name, fingerprint, command, spans
  )
  where exists (select 1 from moved) or cardinality($2::integer[]) = 0
),
written as (
  insert into event (
    partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
    agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
  )
  select
    partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
    agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
  from unnest($1::event[]) as new
  where exists (select 1 from moved)
)
select count(*)
from moved
