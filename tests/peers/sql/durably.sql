pragma journal_mode = wal;
pragma synchronous = full;
pragma busy_timeout = 10000;
