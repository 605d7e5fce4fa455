insert into contradiction_site (site, teacher, position, ordinal)
values
