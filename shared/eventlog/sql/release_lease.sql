update checkpoint
set lease_until = 0
where partition = $1 and epoch = $2
