select person
from person_key
where person in
