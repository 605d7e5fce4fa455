select count(*)
from (
