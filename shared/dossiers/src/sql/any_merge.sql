select event
from merge
limit 1
