insert into approval (approval, body, from_day, last_day, position, voided)
values
