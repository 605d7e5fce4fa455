select event, position, keeper, other, undone_position
from merge
where keeper in
