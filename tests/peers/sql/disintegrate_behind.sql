insert into event_listener (id, last_processed_event_id)
values ('counts', $1)
on conflict (id) do update set last_processed_event_id = excluded.last_processed_event_id
