with free as (
  select partition
  from checkpoint
  where partition = $1
    and (lease_until < cast(extract(epoch from clock_timestamp()) * 1000 as bigint) or lease_until > cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $4)
  for update skip locked
)
update checkpoint
set epoch = epoch + 1, owner = $2, lease_until = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + $3
from free
where checkpoint.partition = free.partition
returning position, epoch
