delete from service_token
where account = $1
  and id = $2
