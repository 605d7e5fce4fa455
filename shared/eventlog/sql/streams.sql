-- The sign keeps SQLite from going by position, and sorting: the index by stream is in this order.
select category, stream, max(version) as version
from event
where +partition = $1
group by stream, category
