update checkpoint
set lease_until = cast(unixepoch('subsec') * 1000 as integer) + $3
where partition = $1 and epoch = $2
