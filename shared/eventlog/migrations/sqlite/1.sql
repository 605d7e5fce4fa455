-- The log, format 1. Numbers of partitions and positions are decided under the lock of `begin immediate`.

create table meta (
  name text not null primary key,
  content text not null
) without rowid;

create table head (
  partition integer not null primary key,
  position integer not null,
  recorded_at integer not null
) without rowid;

create table stream (
  partition integer not null,
  category text not null,
  stream blob not null,
  version integer not null,
  primary key (partition, category, stream)
) without rowid;

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
  primary key (partition, position),
  unique (partition, category, stream, version)
);

create table caller_key (
  agent text not null,
  name text not null,
  fingerprint blob not null,
  command blob not null,
  spans text not null,
  primary key (agent, name)
) without rowid;

create table view_generation (
  name text not null,
  generation integer not null,
  version integer not null,
  state text not null,
  retired_at integer,
  primary key (name, generation)
) without rowid;

create trigger event_is_never_changed before update on event
begin
  select raise(abort, 'the log refuses: an event is never changed');
end;

create trigger event_is_never_removed before delete on event
begin
  select raise(abort, 'the log refuses: an event is never removed');
end;

-- `insert or replace` removes the old row without firing the trigger above: so an insert that would meet one is refused
-- before it does, and so is one that would leave a gap.
create trigger event_is_only_appended before insert on event
when exists (
    select 1 from event
    where partition = new.partition and position = new.position
  )
  or exists (
    select 1 from event
    where partition = new.partition and category = new.category and stream = new.stream and version = new.version
  )
  or new.position < 1
  or new.position > 1 and not exists (
    select 1 from event
    where partition = new.partition and position = new.position - 1
  )
begin
  select raise(abort, 'the log refuses: an event is only appended');
end;

create trigger stream_is_never_removed before delete on stream
begin
  select raise(abort, 'the log refuses: a stream is never removed');
end;

create trigger stream_never_goes_back before update on stream
when new.version <= old.version
  or new.partition is not old.partition
  or new.category is not old.category
  or new.stream is not old.stream
begin
  select raise(abort, 'the log refuses: a stream never goes back');
end;

create trigger stream_is_never_replaced before insert on stream
when exists (
  select 1 from stream
  where partition = new.partition and category = new.category and stream = new.stream and version >= new.version
)
begin
  select raise(abort, 'the log refuses: a stream never goes back');
end;

create trigger head_is_never_removed before delete on head
begin
  select raise(abort, 'the log refuses: a head is never removed');
end;

create trigger head_never_goes_back before update on head
when new.position < old.position or new.partition is not old.partition
begin
  select raise(abort, 'the log refuses: a head never goes back');
end;

create trigger head_is_never_replaced before insert on head
when exists (select 1 from head where partition = new.partition)
begin
  select raise(abort, 'the log refuses: a head is never replaced');
end;

create trigger caller_key_is_never_changed before update on caller_key
begin
  select raise(abort, 'the log refuses: a caller''s key is never changed');
end;

create trigger caller_key_is_never_removed before delete on caller_key
begin
  select raise(abort, 'the log refuses: a caller''s key is never removed');
end;

create trigger caller_key_is_never_replaced before insert on caller_key
when exists (select 1 from caller_key where agent = new.agent and name = new.name)
begin
  select raise(abort, 'the log refuses: a caller''s key is never replaced');
end;

create trigger meta_is_never_changed before update on meta
begin
  select raise(abort, 'the log refuses: what a log was created with is never changed');
end;

create trigger meta_is_never_removed before delete on meta
begin
  select raise(abort, 'the log refuses: what a log was created with is never removed');
end;

create trigger meta_is_never_replaced before insert on meta
when exists (select 1 from meta where name = new.name)
begin
  select raise(abort, 'the log refuses: what a log was created with is never changed');
end;
