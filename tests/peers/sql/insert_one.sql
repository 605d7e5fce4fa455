insert into plain (
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
)
values (
  0, $1, 'bench', $2, $3, $4, 'noted', 1, 20779, 1795334400000000,
  'bench', 'operator', null, $4, $4, null, 0, $5, 1, $6
)
