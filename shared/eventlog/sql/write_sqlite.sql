update head
set
  recorded_at = moved.value ->> 3,
  position = case
    when head.position = moved.value ->> 1
      and not exists (
        select 1
        from (
          select
            assumed.value ->> 3 as version,
            (
              select coalesce(max(event.version), 0)
              from event
              where event.partition = assumed.value ->> 0
                and event.category = assumed.value ->> 1
                and event.stream = substr($5, assumed.value ->> 2, 16)
            ) as found
          from jsonb_each($2) as assumed
        )
        where case when version is null then found = 0 else found <> version end
      )
      then moved.value ->> 2
  end
from jsonb_each($1) as moved
where head.partition = moved.value ->> 0;

-- What has a fixed size lies 128 bytes an event at the beginning of $5: stream, id, organisation, command, correlation, cause,
-- hash.
insert into event (
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
)
select
  value ->> 0,
  value ->> 1,
  value ->> 2,
  substr($5, key * 128 + 1, 16),
  value ->> 3,
  substr($5, key * 128 + 17, 16),
  value ->> 4,
  value ->> 5,
  value ->> 6,
  value ->> 7,
  value ->> 8,
  value ->> 9,
  case when value ->> 10 then substr($5, key * 128 + 33, 16) end,
  substr($5, key * 128 + 49, 16),
  substr($5, key * 128 + 65, 16),
  case when value ->> 11 then substr($5, key * 128 + 81, 16) end,
  $6,
  substr($5, value ->> 12, value ->> 13),
  $7,
  substr($5, key * 128 + 97, 32)
from jsonb_each($3);

insert into caller_key (agent, name, fingerprint, command, spans)
select value ->> 0, value ->> 1, substr($5, value ->> 2, 32), substr($5, value ->> 3, 16), value ->> 4
from jsonb_each($4)
