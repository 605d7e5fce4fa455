select stream.category, stream.stream, stream.version
from unnest($1::integer[], $2::text[], $3::bytea[]) as wanted (partition, category, stream)
join stream
  on stream.partition = wanted.partition
  and stream.category = wanted.category
  and stream.stream = wanted.stream
