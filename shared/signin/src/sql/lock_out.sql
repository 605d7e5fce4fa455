update sign_in_attempt
set locked_until = $2,
  quiet_at = $3
where subject = $1
