insert into step (position, day, profile, mark, delta)
values
