update pack
set retired_position = $1
where pack = $2
