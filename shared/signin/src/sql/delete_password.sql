delete from account_password
where account = $1
