select
  string_agg(
    concat(
      format(
        '%s %s %s %s %s %s %s %s %s %s %s %s %s %s %s ',
        partition, position, version, schema_version, occurred_on, recorded_at, encoding, algorithm,
        octet_length(category), octet_length(kind), octet_length(agent), octet_length(capacity), octet_length(payload),
        octet_length(organisation), octet_length(causation)
      ),
      category, kind, agent, capacity, payload, organisation, causation, stream, id, command, correlation, hash
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
