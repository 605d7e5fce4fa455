select person
from person_tag
where tag = $1
