select agent, kind, person, closed
from account
where account = $1
