select c.teacher, c.position, c.ordinal, c.body, c.found_by, c.resolved_position, c.resolved_by
from contradiction_site s
join contradiction c
  on c.teacher = s.teacher
  and c.position = s.position
  and c.ordinal = s.ordinal
where s.site = $1
  and (c.position > $2 or (c.position = $2 and (c.teacher > $3 or (c.teacher = $3 and c.ordinal > $4))))
  and (cast($5 as bigint) = 0 or c.resolved_position is null)
order by c.position, c.teacher, c.ordinal
limit $6
