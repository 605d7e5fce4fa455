select 1
from pg_advisory_xact_lock(hashtext('side store ' || current_schema()))
