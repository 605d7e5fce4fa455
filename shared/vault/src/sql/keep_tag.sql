on conflict (tag) do nothing
