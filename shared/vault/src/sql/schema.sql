create table if not exists person_key (
  person text primary key,
  suite bigint not null,
  kek text not null,
  wrapped text not null
);
create table if not exists person_tag (
  tag text primary key,
  person text not null
);
create index if not exists person_tag_by_person on person_tag (person);
create table if not exists person_state (
  person text primary key,
  state text not null
);
create table if not exists person_remains (
  person text primary key
);
create table if not exists person_mark (
  person text not null,
  kind text not null,
  mark text not null,
  primary key (person, kind)
);
create index if not exists person_mark_by_mark on person_mark (kind, mark, person);
create table if not exists master_key (
  only_one bigint primary key,
  fingerprint text not null
);
create table if not exists next_master_key (
  only_one bigint primary key,
  fingerprint text not null
);
create table if not exists look_up_key (
  only_one bigint primary key,
  suite bigint not null,
  kek text not null,
  wrapped text not null
)
