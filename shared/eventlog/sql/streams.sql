select category, stream, max(version) as version
from event
where partition = $1
group by category, stream
