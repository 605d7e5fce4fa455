insert into placement (placement, teacher)
values
