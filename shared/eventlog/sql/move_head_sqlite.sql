update head
set position = ?3, recorded_at = ?4
where partition = ?1 and position = ?2
