update head
set position = $2, recorded_at = $3
where partition = $1
