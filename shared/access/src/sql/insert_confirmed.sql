insert into confirmed (fact)
values
