delete from sign_in_attempt
where kind = $1
  and quiet_at <= $2
