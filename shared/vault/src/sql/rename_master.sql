update master_key
set fingerprint = $1
where only_one = 1
