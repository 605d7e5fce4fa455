insert into view_generation (name, generation, version, state)
values ($1, $2, $3, 'building')
