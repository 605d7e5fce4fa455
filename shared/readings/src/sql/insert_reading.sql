insert into reading (
  position, recorded_at, account, capacity, organisation, operation, purpose, reference, subjects
)
values
