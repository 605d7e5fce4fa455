select profile, school, role, specialty, employment
from seat
order by profile, ordinal
