select stream.category, stream.stream, stream.version
from json_each($1) as wanted
cross join stream
where stream.partition = wanted.value ->> 0
  and stream.category = wanted.value ->> 1
  and stream.stream = unhex(wanted.value ->> 2)
