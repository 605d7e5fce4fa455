insert into person_tag (tag, person)
values
