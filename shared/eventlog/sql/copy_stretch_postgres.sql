copy (
  select
    partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
    agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
  from event
  where partition = {partition} and position > {after} and position <= {upto} and {categories}
  order by position
) to stdout (format binary)
