update view_generation
set state = 'retired', retired_at = cast(extract(epoch from clock_timestamp()) * 1000 as bigint)
where name = $1 and generation <> $2 and state <> 'retired'
