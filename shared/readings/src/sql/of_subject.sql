select
  reading.position,
  reading.recorded_at,
  reading.account,
  reading.capacity,
  reading.organisation,
  reading.operation,
  reading.purpose,
  reading.reference,
  reading.subjects
from subject
join reading on reading.position = subject.position
where subject.teacher = $1 and subject.position < $2
order by subject.position desc
limit $3
