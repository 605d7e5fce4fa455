on conflict (person) do nothing
