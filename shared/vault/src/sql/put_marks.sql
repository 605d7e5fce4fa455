insert into person_mark (person, kind, mark)
values
