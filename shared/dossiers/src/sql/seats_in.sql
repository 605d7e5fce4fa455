select profile, school, role, specialty, employment, mark
from seat
where profile in
