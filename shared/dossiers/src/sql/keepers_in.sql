select teacher, keeper
from alias
where teacher in
