insert into entry (teacher, position, event, body)
values
