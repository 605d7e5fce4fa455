insert or fail into event (
  partition, position, category, stream, version, id, kind, schema_version, occurred_on, recorded_at,
  agent, capacity, organisation, command, correlation, causation, encoding, payload, algorithm, hash
)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
