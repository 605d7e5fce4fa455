select coalesce(max(version) + 1, 0)
from plain
where partition = 0 and category = 'bench' and stream = $1
