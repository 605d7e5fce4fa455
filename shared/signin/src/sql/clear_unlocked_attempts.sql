delete from sign_in_attempt
where subject = $1
  and locked_until <= $2
