delete from browser_session
where seen_at <= $1
  or begun_at <= $2
