select person
from person_mark
where person in
