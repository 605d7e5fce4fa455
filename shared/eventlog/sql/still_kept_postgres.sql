update view_generation
set retired_at = cast(extract(epoch from clock_timestamp()) * 1000 as bigint)
where name = $1 and version = $2 and state <> 'retired' and retired_at is not null
