update view_generation
set state = case when version = $3 then 'retired' else state end, retired_at = cast(extract(epoch from clock_timestamp()) * 1000 as bigint)
where name = $1 and generation <> $2 and state <> 'retired' and (version = $3 or retired_at is null)
