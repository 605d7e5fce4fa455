select id, name, scopes, issued_at, expires_at, last_used_at
from service_token
where account = $1
  and expires_at > $2
order by issued_at, id
