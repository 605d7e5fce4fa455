insert into application (recognition, teacher, level, pack, on_day, state)
values
