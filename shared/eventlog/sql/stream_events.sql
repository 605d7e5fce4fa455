select
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
from event
where partition = $1 and category = $2 and stream = $3 and version > $4 and version <= $5
order by version
