insert into present (organisation, teacher, until_day)
values
