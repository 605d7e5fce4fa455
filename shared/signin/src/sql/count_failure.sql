insert into sign_in_attempt (subject, kind, failures, locked_until, quiet_at)
values ($1, $2, 1, 0, $3)
on conflict (subject) do update
set failures = case
    when sign_in_attempt.quiet_at <= $4 then 1
    else sign_in_attempt.failures + 1
  end,
  quiet_at = excluded.quiet_at
where sign_in_attempt.locked_until <= $4
returning failures
