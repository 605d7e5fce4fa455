insert into session (session, site)
values
