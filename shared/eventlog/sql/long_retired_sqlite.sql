select name, generation, version
from view_generation
where state = 'retired' and retired_at < cast(unixepoch('subsec') * 1000 as integer) - $1
