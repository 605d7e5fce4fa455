select pg_terminate_backend(pid, $3)
from pg_stat_activity
where pid = $1
  and cast(extract(epoch from backend_start) * 1000000 as bigint) = $2
