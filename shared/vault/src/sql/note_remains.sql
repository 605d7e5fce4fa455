insert into person_remains (person)
values
