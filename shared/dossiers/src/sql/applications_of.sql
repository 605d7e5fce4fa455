select a.recognition, a.level, a.state
from application a
where a.teacher = $1
  or a.teacher in (
    select k.teacher
    from alias k
    where k.keeper = $1
  )
order by a.on_day, a.recognition
