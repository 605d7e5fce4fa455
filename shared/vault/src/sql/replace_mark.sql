on conflict (person, kind) do update set mark = excluded.mark
