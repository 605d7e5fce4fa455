-- The log, format 1. The row lock on a partition's head is the only serialiser; no sequence, no clock, no guess.

create table meta (
  name text not null primary key,
  content text not null
);

create table head (
  partition integer not null primary key,
  position bigint not null,
  recorded_at bigint not null
) with (fillfactor = 10);

create table stream (
  partition integer not null,
  category text not null,
  stream bytea not null,
  version bigint not null,
  primary key (partition, category, stream)
) with (fillfactor = 70);

create table event (
  partition integer not null,
  position bigint not null,
  category text not null,
  stream bytea not null,
  version bigint not null,
  id bytea not null,
  kind text not null,
  schema_version integer not null,
  occurred_on integer not null,
  recorded_at bigint not null,
  agent text not null,
  capacity text not null,
  organisation bytea,
  command bytea not null,
  correlation bytea not null,
  causation bytea,
  encoding smallint not null,
  payload bytea not null,
  algorithm smallint not null,
  hash bytea not null,
  primary key (partition, position),
  unique (partition, category, stream, version)
);

create table caller_key (
  agent text not null,
  name text not null,
  fingerprint bytea not null,
  command bytea not null,
  spans text not null,
  primary key (agent, name)
);

create table view_generation (
  name text not null,
  generation integer not null,
  version bigint not null,
  state text not null,
  retired_at bigint,
  primary key (name, generation)
);

create function refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the log refuses: % on %', lower(tg_op), tg_table_name using errcode = 'integrity_constraint_violation';
end
$$;

create trigger event_is_never_changed before update or delete on event
for each row execute function refuse();

create trigger event_is_never_emptied before truncate on event
for each statement execute function refuse();

create trigger stream_is_never_removed before delete on stream
for each row execute function refuse();

create trigger stream_never_goes_back before update on stream
for each row when (
  new.version <= old.version
  or new.partition <> old.partition
  or new.category <> old.category
  or new.stream <> old.stream
) execute function refuse();

create trigger stream_is_never_emptied before truncate on stream
for each statement execute function refuse();

create trigger head_is_never_removed before delete on head
for each row execute function refuse();

create trigger head_never_goes_back before update on head
for each row when (new.position < old.position or new.partition <> old.partition) execute function refuse();

create trigger head_is_never_emptied before truncate on head
for each statement execute function refuse();

create trigger caller_key_is_never_changed before update or delete on caller_key
for each row execute function refuse();

create trigger caller_key_is_never_emptied before truncate on caller_key
for each statement execute function refuse();

create trigger meta_is_never_changed before update or delete on meta
for each row execute function refuse();

create trigger meta_is_never_emptied before truncate on meta
for each statement execute function refuse();

-- Also under session_replication_role = replica, which leaves ordinary triggers out.
alter table event enable always trigger event_is_never_changed;
alter table event enable always trigger event_is_never_emptied;
alter table stream enable always trigger stream_is_never_removed;
alter table stream enable always trigger stream_never_goes_back;
alter table stream enable always trigger stream_is_never_emptied;
alter table head enable always trigger head_is_never_removed;
alter table head enable always trigger head_never_goes_back;
alter table head enable always trigger head_is_never_emptied;
alter table caller_key enable always trigger caller_key_is_never_changed;
alter table caller_key enable always trigger caller_key_is_never_emptied;
alter table meta enable always trigger meta_is_never_changed;
alter table meta enable always trigger meta_is_never_emptied;
