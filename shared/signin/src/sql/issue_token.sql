insert into service_token (id, digest, account, name, scopes, issued_at, expires_at, last_used_at)
values ($1, $2, $3, $4, $5, $6, $7, 0)
