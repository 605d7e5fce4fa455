select teacher, organisation, until_day
from present
where teacher in
