select category, stream, version
from stream
where partition = $1
