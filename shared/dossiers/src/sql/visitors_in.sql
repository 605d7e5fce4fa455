select site, teacher
from visitor
where site in
