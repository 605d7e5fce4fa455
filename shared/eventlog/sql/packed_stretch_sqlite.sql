select
  string_agg(
    concat(
      octet_length(partition), ' ', octet_length(position), ' ', octet_length(category), ' ', octet_length(stream), ' ',
      octet_length(version), ' ', octet_length(id), ' ', octet_length(kind), ' ', octet_length(schema_version), ' ',
      octet_length(occurred_on), ' ', octet_length(recorded_at), ' ', octet_length(agent), ' ', octet_length(capacity), ' ',
      octet_length(organisation), ' ', octet_length(command), ' ', octet_length(correlation), ' ', octet_length(causation), ' ',
      octet_length(encoding), ' ', octet_length(payload), ' ', octet_length(algorithm), ' ', octet_length(hash), char(10),
      partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
      agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
    ),
    ''
  )
from (
  select
    partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
    agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
  from event
  where partition = $1 and position > $2 and position <= $3
    and ($4 is null or category in (select value from json_each($4)))
  order by position
)
