update pack
set retired_position = $1,
  retired_day = $2
where pack = $3
