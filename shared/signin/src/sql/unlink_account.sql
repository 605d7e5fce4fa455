delete from external_identity
where account = $1
