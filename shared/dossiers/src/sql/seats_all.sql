select profile, school, role, specialty, employment, mark
from seat
order by profile, ordinal
