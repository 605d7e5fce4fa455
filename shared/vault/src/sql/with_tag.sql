select person
from person_tag
where person in
