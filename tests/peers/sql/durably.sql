pragma journal_mode = wal;
pragma synchronous = full;
pragma busy_timeout = 10000;
pragma cache_size = -65536;
