select position, recorded_at, account, capacity, organisation, operation, purpose, reference, subjects
from reading
where account = $1 and position < $2
order by position desc
limit $3
