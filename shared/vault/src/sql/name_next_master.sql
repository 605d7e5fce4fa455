insert into next_master_key (only_one, fingerprint)
values (1, $1)
