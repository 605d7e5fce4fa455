insert into event (
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
)
select
  value ->> 0,
  value ->> 1,
  value ->> 2,
  unhex(value ->> 3),
  value ->> 4,
  unhex(value ->> 5),
  value ->> 6,
  value ->> 7,
  value ->> 8,
  value ->> 9,
  value ->> 10,
  value ->> 11,
  unhex(value ->> 12),
  unhex(value ->> 13),
  unhex(value ->> 14),
  unhex(value ->> 15),
  value ->> 16,
  unhex(value ->> 17),
  value ->> 18,
  unhex(value ->> 19)
from json_each($1)
