insert into account_password (account, hash, set_at)
values ($1, $2, $3)
on conflict (account) do update
set hash = excluded.hash,
  set_at = excluded.set_at
