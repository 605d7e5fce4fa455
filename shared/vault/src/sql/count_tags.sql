select cast(count(*) as bigint)
from person_tag
