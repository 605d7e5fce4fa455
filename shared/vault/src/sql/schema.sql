create table if not exists person_key (
  person text primary key,
  suite bigint not null,
  kek text not null,
  wrapped text not null
);
create table if not exists person_tag (
  tag text primary key,
  person text not null
)
;
create table if not exists master_key (
  only_one bigint primary key,
  fingerprint text not null
)
