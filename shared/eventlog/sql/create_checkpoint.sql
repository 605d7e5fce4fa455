create table if not exists checkpoint (
  partition bigint not null primary key,
  position bigint not null,
  epoch bigint not null,
  owner text not null,
  lease_until bigint not null
)
