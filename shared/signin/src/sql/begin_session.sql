insert into browser_session (digest, account, begun_at, seen_at)
values ($1, $2, $3, $3)
