insert into visitor (site, teacher)
values
