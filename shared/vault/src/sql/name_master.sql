insert into master_key (only_one, fingerprint)
values (1, $1)
on conflict (only_one) do nothing
