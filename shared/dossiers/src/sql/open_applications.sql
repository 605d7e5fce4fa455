select a.recognition, a.level
from application a
where a.state = 'applied'
  and (
    a.teacher = $1
    or a.teacher in (
      select k.teacher
      from alias k
      where k.keeper = $1
    )
  )
order by a.recognition
