on conflict (event) do update
set undone_position = excluded.undone_position
