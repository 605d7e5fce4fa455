select hash
from account_password
where account = $1
