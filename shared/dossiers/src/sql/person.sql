select state, identity, position
from person
where teacher = $1
