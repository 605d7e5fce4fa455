insert into person (teacher, position, state, identity)
values
