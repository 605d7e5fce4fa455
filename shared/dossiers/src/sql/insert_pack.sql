insert into pack (pack, position, digest, content)
values ($1, $2, $3, $4)
