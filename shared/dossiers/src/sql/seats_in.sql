select profile, school, role, specialty, employment
from seat
where profile in
