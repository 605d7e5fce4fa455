update teacher
set state = $1
where teacher = $2
  and state <> 'erased'
