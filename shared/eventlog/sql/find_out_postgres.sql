-- Has the server find out within a minute that a process went away without a word, and let go of what it had locked; else that
-- takes a quarter of an hour, or two hours when nothing is under way. Not every server that speaks PostgreSQL has all of them.
select set_config(name, wanted, false)
from (
  values
    ('tcp_keepalives_idle', '30'),
    ('tcp_keepalives_interval', '10'),
    ('tcp_keepalives_count', '3'),
    ('tcp_user_timeout', '60000')
) as setting (name, wanted)
join pg_settings using (name)
