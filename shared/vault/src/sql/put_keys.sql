insert into person_key (person, suite, kek, wrapped)
values
