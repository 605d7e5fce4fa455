select school, province, education_level
from school
where school in
