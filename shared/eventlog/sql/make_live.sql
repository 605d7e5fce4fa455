update view_generation
set state = 'live'
where name = $1 and generation = $2 and state = 'building'
