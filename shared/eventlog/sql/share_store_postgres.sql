select 1
from pg_advisory_xact_lock_shared(hashtext('side store ' || current_schema()))
