select name, generation, version, state, cast(retired_at is not null as integer)
from view_generation
where state <> 'retired'
order by name, generation
