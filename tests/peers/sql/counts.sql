create table counts (
  stream text not null primary key,
  events bigint not null
)
