insert into change (position, teacher, kind, event, on_day)
values
