delete from external_identity
where issuer = $1
  and subject = $2
  and account = $3
