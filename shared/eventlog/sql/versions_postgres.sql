select wanted.category, wanted.stream, found.version
from unnest($1::integer[], $2::text[], $3::bytea[]) as wanted (partition, category, stream)
cross join lateral (
  select coalesce(max(event.version), 0) as version
  from event
  where event.partition = wanted.partition
    and event.category = wanted.category
    and event.stream = wanted.stream
) as found
