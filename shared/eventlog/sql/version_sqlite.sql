select max(version)
from event
where partition = ?1 and category = ?2 and stream = ?3
