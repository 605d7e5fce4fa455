select
  wanted.value ->> 1 as category,
  unhex(wanted.value ->> 2) as stream,
  (
    select coalesce(max(event.version), 0)
    from event
    where event.partition = wanted.value ->> 0
      and event.category = wanted.value ->> 1
      and event.stream = unhex(wanted.value ->> 2)
  ) as version
from json_each($1) as wanted
