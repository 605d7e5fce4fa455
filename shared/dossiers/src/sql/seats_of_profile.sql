select school, role, specialty, employment
from seat
where profile = $1
order by ordinal
