select fingerprint, spans
from caller_key
where agent = $1 and name = $2
