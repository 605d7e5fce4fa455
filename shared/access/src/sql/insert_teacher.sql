insert into teacher (teacher, state, home)
values
