delete from service_token
where account = $1
