create table place (
  organisation text primary key,
  kind text not null,
  city text not null,
  province text not null
);
create table site (
  site text primary key,
  body text not null
);
create table approval (
  approval text primary key,
  body text not null,
  from_day text not null,
  last_day text not null,
  position bigint not null,
  voided bigint not null
);
create index approval_body on approval (body);
create table teacher (
  teacher text primary key,
  state text not null,
  home text
);
create index teacher_home on teacher (home);
create table post (
  post text primary key,
  teacher text not null,
  organisation text not null,
  from_day text not null,
  last_day text not null,
  voided bigint not null
);
create index post_teacher on post (teacher);
create index post_organisation on post (organisation);
create table merged (
  merge_event text primary key,
  other text not null,
  keeper text not null
);
create index merged_other on merged (other);
create index merged_keeper on merged (keeper);
create table session (
  session text primary key,
  site text not null
);
create table placement (
  placement text primary key,
  site text not null,
  teacher text not null
);
create table recognition (
  recognition text primary key,
  teacher text not null
);
create table team (
  team text primary key,
  organisation text not null
);
create table account (
  account text primary key,
  agent text not null,
  kind text not null,
  person text,
  closed bigint not null
);
create index account_person on account (person);
create table held (
  grant_event text primary key,
  account text not null,
  role text not null,
  organisation text,
  from_day text not null,
  last_day text not null
);
create index held_account on held (account);
create index held_organisation on held (organisation);
create table proposal (
  proposal text primary key,
  operation text not null,
  subject text,
  organisation text,
  by_account text not null,
  by_person text,
  state text not null,
  last_day text not null,
  position bigint not null
);
create index proposal_state on proposal (state, proposal);
create table confirmed (
  fact text primary key
)
