select
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
from event
where partition = ?1 and position > ?2 and position <= ?3
  and category in (select value from json_each(?4))
order by position
