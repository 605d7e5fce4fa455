select pack, position, content, retired_position
from pack
order by position
