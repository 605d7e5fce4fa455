-- The log, format 3. The index of events by stream begins with what tells streams apart, so that a step down it compares one
-- column and not three.

alter table event add unique (stream, category, partition, version);

alter table event drop constraint event_partition_category_stream_version_key;
