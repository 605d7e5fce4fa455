insert into look_up_key (only_one, suite, kek, wrapped)
values (1, $1, $2, $3)
on conflict (only_one) do update set suite = excluded.suite, kek = excluded.kek, wrapped = excluded.wrapped
