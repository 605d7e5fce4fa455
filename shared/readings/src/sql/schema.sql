create table reading (
  position bigint not null primary key,
  recorded_at bigint not null,
  account text not null,
  capacity text not null,
  organisation text,
  operation text not null,
  purpose text not null,
  reference text,
  subjects bigint not null
);

create index reading_by_account on reading (account, position);

-- Who was looked at. By person for the question who looked at somebody, by position for whom a reading was about.
create table subject (
  teacher text not null,
  position bigint not null,
  primary key (teacher, position)
);

create index subject_by_position on subject (position, teacher);
