insert into plain (
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
)
select
  0, position, 'bench', stream, version, id, 'noted', 1, 20779, 1795334400000000,
  'bench', 'operator', null, id, id, null, 0, payload, 1, hash
from unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[])
  as new (position, stream, version, id, payload, hash)
