-- The log, format 3. That an event is only appended is two looks for each instead of three, and says as much of a stream's
-- versions: that they have no gap either.

drop trigger event_is_only_appended;

-- `insert or replace` removes the old row without firing the trigger that refuses it: so an insert that would meet one is
-- refused before it does.
create trigger event_is_only_appended before insert on event
when new.position is not (
    select coalesce(max(position), 0) + 1 from event
    where partition = new.partition
  )
  or new.version is not (
    select coalesce(max(version), 0) + 1 from event
    where partition = new.partition and category = new.category and stream = new.stream
  )
begin
  select raise(abort, 'the log refuses: an event is only appended');
end;
