create table if not exists migration (
  format bigint not null primary key,
  checksum text not null
)
