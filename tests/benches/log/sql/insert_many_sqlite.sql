insert into plain (
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
)
select
  0, value ->> 0, 'bench', unhex(value ->> 1), value ->> 2, unhex(value ->> 3), 'noted', 1, 20779, 1795334400000000,
  'bench', 'operator', null, unhex(value ->> 3), unhex(value ->> 3), null, 0, cast(value ->> 4 as blob), 1,
  unhex(value ->> 5)
from json_each($1)
