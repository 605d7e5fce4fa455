create table reached (
  name text not null primary key,
  position bigint not null
)
