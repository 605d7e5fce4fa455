insert into alias (teacher, keeper)
values
