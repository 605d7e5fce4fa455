select school, code, name, education_level, division, city, province
from school
order by school
