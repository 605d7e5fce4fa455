delete from browser_session
where digest = $1
