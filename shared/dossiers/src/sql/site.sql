select code, name, kind
from site
where site = $1
