insert into stretch (teacher, from_day, until_day, profile, mark)
values
