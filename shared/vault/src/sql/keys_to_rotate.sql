select person, suite, kek, wrapped
from person_key
where kek <> $1 and person > $2
order by person
limit $3
