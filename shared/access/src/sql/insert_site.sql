insert into site (site, body)
values
