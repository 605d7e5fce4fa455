update checkpoint
set epoch = epoch + 1, owner = $2, lease_until = cast(unixepoch('subsec') * 1000 as integer) + $3
where partition = $1
  and (lease_until < cast(unixepoch('subsec') * 1000 as integer) or lease_until > cast(unixepoch('subsec') * 1000 as integer) + $4)
returning position, epoch
