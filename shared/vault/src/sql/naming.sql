select master_key.fingerprint, next_master_key.fingerprint
from master_key
left join next_master_key on next_master_key.only_one = master_key.only_one
where master_key.only_one = 1
