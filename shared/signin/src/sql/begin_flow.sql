insert into open_id_flow (digest, return_to, expires_at)
values ($1, $2, $3)
