select profile, mark, count(*)
from stretch
where from_day <= $1
  and until_day > $1
group by profile, mark
