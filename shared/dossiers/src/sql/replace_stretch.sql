on conflict (teacher, from_day) do update
set until_day = excluded.until_day,
  profile = excluded.profile,
  mark = excluded.mark
