select name, generation, version
from view_generation
where state = 'retired' and retired_at < cast(extract(epoch from clock_timestamp()) * 1000 as bigint) - $1
