update checkpoint
set position = $4, lease_until = cast(unixepoch('subsec') * 1000 as integer) + $5
where partition = $1 and epoch = $2 and position = $3
