create table person (
  teacher text primary key,
  position bigint not null,
  state text not null,
  identity text not null
);
create table entry (
  teacher text not null,
  position bigint not null,
  event text not null,
  body text not null,
  primary key (teacher, position)
);
create table employed (
  school text not null,
  staff_number text not null,
  teacher text not null,
  primary key (school, staff_number, teacher)
);
create index employed_teacher on employed (teacher);
create index employed_number on employed (staff_number);
create table present (
  organisation text not null,
  teacher text not null,
  until_day text not null,
  primary key (organisation, teacher)
);
create index present_teacher on present (teacher);
create table merge (
  event text primary key,
  position bigint not null,
  keeper text not null,
  other text not null,
  undone_position bigint
);
create index merge_keeper on merge (keeper);
create index merge_other on merge (other);
create table alias (
  teacher text primary key,
  keeper text not null
);
create index alias_keeper on alias (keeper);
create table school (
  school text primary key,
  code text,
  name text not null,
  education_level text,
  division text not null,
  city text not null,
  province text not null
);
create index school_code on school (code);
create index school_province on school (province);
create table site (
  site text primary key,
  code text not null,
  name text not null,
  kind text not null
);
create table approval (
  site text not null,
  position bigint not null,
  event text not null,
  body text not null,
  primary key (site, position)
);
create table visitor (
  site text not null,
  teacher text not null,
  primary key (site, teacher)
);
create table session (
  session text primary key,
  programme text not null
);
create table session_member (
  session text not null,
  teacher text not null,
  primary key (session, teacher)
);
create table placement (
  placement text primary key,
  teacher text not null
);
create index placement_teacher on placement (teacher);
create table recognition (
  recognition text primary key,
  teacher text not null
);
create index recognition_teacher on recognition (teacher);
create table application (
  recognition text primary key,
  teacher text not null,
  level text not null,
  pack text not null,
  on_day text not null,
  state text not null
);
create index application_teacher on application (teacher);
create index application_state on application (state, on_day, recognition);
create table pack (
  pack text primary key,
  position bigint not null,
  digest text not null,
  content text not null,
  retired_position bigint,
  retired_day text
);
create table seat (
  profile bigint not null,
  ordinal bigint not null,
  school text not null,
  role text not null,
  specialty text,
  employment text not null,
  mark bigint,
  primary key (profile, ordinal)
);
create index seat_school on seat (school);
create table stretch (
  teacher text not null,
  from_day text not null,
  until_day text not null,
  profile bigint not null,
  mark bigint not null,
  primary key (teacher, from_day)
);
create index stretch_until on stretch (until_day) where until_day < '9999-12-31';
create table step (
  position bigint not null,
  day text not null,
  profile bigint not null,
  mark bigint not null,
  delta bigint not null,
  primary key (position, day, profile, mark)
);
create table contradiction (
  teacher text not null,
  position bigint not null,
  ordinal bigint not null,
  kind text not null,
  body text not null,
  found_by text not null,
  resolved_position bigint,
  resolved_by text,
  primary key (position, teacher, ordinal)
);
create index contradiction_teacher on contradiction (teacher);
create table contradiction_site (
  site text not null,
  teacher text not null,
  position bigint not null,
  ordinal bigint not null,
  primary key (site, position, teacher, ordinal)
);
create table change (
  position bigint not null,
  teacher text not null,
  kind text not null,
  event text not null,
  on_day text not null,
  primary key (position, teacher, kind)
);
create table agent (
  agent text primary key,
  teacher text not null
)
