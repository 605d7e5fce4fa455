insert into subject (teacher, position)
values
