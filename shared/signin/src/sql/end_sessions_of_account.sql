delete from browser_session
where account = $1
