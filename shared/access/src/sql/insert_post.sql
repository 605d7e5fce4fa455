insert into post (post, teacher, organisation, from_day, last_day, voided)
values
