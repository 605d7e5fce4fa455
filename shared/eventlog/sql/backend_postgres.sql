select pid, cast(extract(epoch from backend_start) * 1000000 as bigint)
from pg_stat_activity
where pid = pg_backend_pid()
