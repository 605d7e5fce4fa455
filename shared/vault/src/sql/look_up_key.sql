select suite, kek, wrapped
from look_up_key
where only_one = 1
