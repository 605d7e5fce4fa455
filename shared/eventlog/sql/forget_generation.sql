delete from view_generation
where name = $1 and generation = $2 and state = 'retired'
