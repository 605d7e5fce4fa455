select keeper
from alias
where teacher = $1
