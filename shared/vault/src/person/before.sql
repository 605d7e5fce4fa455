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
create table if not exists master_key (
  only_one bigint primary key,
  fingerprint text not null
);
insert into person_key (person, suite, kek, wrapped)
values (
  '00000000-0000-0000-0000-000000000007',
  1,
  '317a43a2aedebbef',
  'AwMDAwMDAwMDAwMD6A4aUdUPYn1bl44kl2kZs/45n7xeHwfn8Yc6c8i71qOof8CjWFKTYFz7SMwPxI0P'
);
insert into person_tag (tag, person)
values ('2eb371606510b79df665552aadea7724b5f5eac3fadfffd7c95d3e89ab8693e7', '00000000-0000-0000-0000-000000000007');
insert into master_key (only_one, fingerprint)
values (1, '317a43a2aedebbef')
