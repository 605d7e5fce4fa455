insert into pack (pack, position, content)
values ($1, $2, $3)
