select locked_until
from sign_in_attempt
where subject = $1
