update checkpoint
set lease_until = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $3
where partition = $1 and epoch = $2
