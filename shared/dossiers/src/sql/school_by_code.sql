select school, code, name, education_level, division, city, province
from school
where code = $1
