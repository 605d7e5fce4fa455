update checkpoint
set position = 0, epoch = epoch + 1, owner = '', lease_until = 0
