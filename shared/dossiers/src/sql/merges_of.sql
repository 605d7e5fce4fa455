select event, position, keeper, other, undone_position
from merge
where keeper = $1
  or other = $1
order by position
