select id, account, scopes, expires_at, last_used_at
from service_token
where digest = $1
