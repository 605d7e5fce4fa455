update event_listener
set last_processed_event_id = 0
