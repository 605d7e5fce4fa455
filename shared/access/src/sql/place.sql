select organisation, city, province
from place
where organisation = $1
