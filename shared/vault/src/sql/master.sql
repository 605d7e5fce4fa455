select fingerprint
from master_key
where only_one = 1
