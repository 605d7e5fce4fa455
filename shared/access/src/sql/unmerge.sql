delete from merged
where merge_event = $1
