update account
set closed = 1
where account = $1
