select suite, kek, wrapped
from person_key
where person = $1
