select person
from person_remains
where person in
