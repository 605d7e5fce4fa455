update school
set name = $1
where school = $2
