drop table if exists counts;
drop table if exists reached
