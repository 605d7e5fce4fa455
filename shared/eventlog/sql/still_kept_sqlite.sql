update view_generation
set retired_at = cast(unixepoch('subsec') * 1000 as integer)
where name = $1 and version = $2 and state <> 'retired' and retired_at is not null
