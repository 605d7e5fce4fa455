insert into recognition (recognition, teacher)
values
