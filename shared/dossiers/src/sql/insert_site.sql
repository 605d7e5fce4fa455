insert into site (site, code, name, kind)
values
