insert into stream (partition, category, stream, version)
select value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3
from json_each($1)
where true
on conflict (partition, category, stream) do update
set version = excluded.version
