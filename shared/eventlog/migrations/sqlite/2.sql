-- The log, format 2. A stream is at the version of its last event, which the index of events by stream knows: the table
-- that said it a second time goes, and a write of a row of it with every event.

drop table stream;
