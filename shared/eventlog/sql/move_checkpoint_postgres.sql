update checkpoint
set position = $4, lease_until = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $5
where partition = $1 and epoch = $2 and position = $3
