select account
from external_identity
where issuer = $1
  and subject = $2
