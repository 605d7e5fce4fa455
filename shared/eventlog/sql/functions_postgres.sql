select cast(cast(oid as regprocedure) as text)
from pg_proc
where pronamespace = cast(cast(current_schema() as text) as regnamespace)
