select cast(coalesce(max(generation), 0) as bigint)
from view_generation
where name = $1
