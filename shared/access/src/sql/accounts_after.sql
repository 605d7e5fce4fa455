select account
from account
where account > $1
order by account
limit $2
