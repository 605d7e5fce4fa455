select
  wanted.value ->> 1 as category,
  substr($2, wanted.key * 16 + 1, 16) as stream,
  (
    select coalesce(max(event.version), 0)
    from event
    where event.partition = wanted.value ->> 0
      and event.category = wanted.value ->> 1
      and event.stream = substr($2, wanted.key * 16 + 1, 16)
  ) as version
from jsonb_each($1) as wanted
