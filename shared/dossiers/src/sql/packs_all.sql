select position, digest, retired_position, retired_day
from pack
order by position
