delete from service_token
where expires_at <= $1
