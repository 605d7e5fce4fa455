select teacher, position, ordinal, body, found_by, resolved_position, resolved_by
from contradiction
where (position > $1 or (position = $1 and (teacher > $2 or (teacher = $2 and ordinal > $3))))
  and (cast($4 as bigint) = 0 or resolved_position is null)
order by position, teacher, ordinal
limit $5
