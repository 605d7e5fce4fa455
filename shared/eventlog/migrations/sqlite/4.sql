-- The log, format 4. The index of events by stream begins with what tells streams apart, so that a step down it compares one
-- column and not three. SQLite writes a table anew for that. And what is refused is refused without undoing what the statement
-- wrote before, which was appended: for that, SQLite copies every page that a statement with a trigger changes.

alter table event rename to event_before;

create table event (
  partition integer not null,
  position integer not null,
  category text not null,
  stream blob not null,
  version integer not null,
  id blob not null,
  kind text not null,
  schema_version integer not null,
  occurred_on integer not null,
  recorded_at integer not null,
  agent text not null,
  capacity text not null,
  organisation blob,
  command blob not null,
  correlation blob not null,
  causation blob,
  encoding integer not null,
  payload blob not null,
  algorithm integer not null,
  hash blob not null,
  primary key (partition, position)
);

insert into event select * from event_before order by partition, position;

drop table event_before;

-- Sorted, where a key of the table would be filled in the order of positions.
create unique index event_by_stream on event (stream, category, partition, version);

create trigger event_is_never_changed before update on event
begin
  select raise(abort, 'the log refuses: an event is never changed');
end;

create trigger event_is_never_removed before delete on event
begin
  select raise(abort, 'the log refuses: an event is never removed');
end;

-- `insert or replace` removes the old row without firing the trigger that refuses it: so an insert that would meet one is
-- refused before it does. Only who names a row by its number gets one above 0.
create trigger event_is_only_appended before insert on event
when new.rowid > 0 and exists (select 1 from event where rowid = new.rowid)
  or new.position is not (
    select coalesce(max(position), 0) + 1 from event
    where partition = new.partition
  )
  or new.version is not (
    select coalesce(max(version), 0) + 1 from event
    where stream = new.stream and category = new.category and partition = new.partition
  )
begin
  select raise(fail, 'the log refuses: an event is only appended');
end;
