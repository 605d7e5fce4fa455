select name, generation, version, state
from view_generation
where state <> 'retired'
order by name, generation
