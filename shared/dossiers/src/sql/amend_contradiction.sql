update contradiction
set body = $1
where teacher = $2
  and position = $3
  and ordinal = $4
