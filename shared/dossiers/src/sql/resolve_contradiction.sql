update contradiction
set resolved_position = $1,
  resolved_by = $2
where teacher = $3
  and position = $4
  and ordinal = $5
