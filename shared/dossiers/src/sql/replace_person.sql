on conflict (teacher) do update
set state = excluded.state,
  identity = excluded.identity
