alter table event add column stream text;

create index idx_event_stream on event using btree (stream) where stream is not null
