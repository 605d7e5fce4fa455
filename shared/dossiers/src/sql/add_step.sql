on conflict (position, day, profile, mark) do update
set delta = step.delta + excluded.delta
