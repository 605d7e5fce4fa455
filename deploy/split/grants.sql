-- What the services may do with the two logs – the register's, and that of readings – once the owner has made them:
--
--   psql --dbname shuangshi --username shuangshi_owner --file grants.sql
--
-- Events and callers' keys can be read and added, and that is all. The heads of partitions move forward;
-- triggers refuse every other way.

-- `create` lets a process ask whether the tables are there; it gives no right over those that are.
grant usage, create on schema log to shuangshi_service;

grant select on all tables in schema log to shuangshi_service;

grant insert
on log.event, log.caller_key
to shuangshi_service;

grant update
on log.head
to shuangshi_service;

-- Which generation of a read model answers: bookkeeping of the read models, not part of the log.
grant insert, update, delete
on log.view_generation
to shuangshi_service;

-- The same for the log of who looked at whose record.
grant usage, create on schema readings to shuangshi_service;

grant select on all tables in schema readings to shuangshi_service;

grant insert
on readings.event, readings.caller_key
to shuangshi_service;

grant update
on readings.head
to shuangshi_service;

-- Which generation of a read model answers: bookkeeping of the read models, not part of the readings.
grant insert, update, delete
on readings.view_generation
to shuangshi_service;
