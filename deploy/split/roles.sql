-- The accounts of a registry on PostgreSQL, for psql as an administrator of the server:
--
--   psql --dbname postgres --file roles.sql
--   psql --dbname postgres --command '\password shuangshi_owner' --command '\password shuangshi_service'
--
-- Then let the owner make the logs, once and after every upgrade that changes their format, by `shuangshi log make` with
-- the owner's URL, and nothing else: what the owner makes the services cannot use. Then run grants.sql. The services run as shuangshi_service, which can
-- neither change nor delete what is in the log.

create role shuangshi_owner login;
create role shuangshi_service login;

create database shuangshi owner shuangshi_owner encoding 'UTF8' locale 'C.UTF-8' template template0;

revoke all on database shuangshi from public;
grant connect on database shuangshi to shuangshi_service;

-- Read models live in schemas of their own, which the services make, swap and drop.
grant create on database shuangshi to shuangshi_service;
-- One that is built from a long log is put in order in temporary tables.
grant temporary on database shuangshi to shuangshi_service;
