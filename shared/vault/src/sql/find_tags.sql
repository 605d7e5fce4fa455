select tag, person
from person_tag
where tag in
