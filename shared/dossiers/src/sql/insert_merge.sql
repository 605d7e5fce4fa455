insert into merge (event, position, keeper, other, undone_position)
values
