insert into placement (placement, site, teacher)
values
