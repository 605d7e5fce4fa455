select stream_version($1)
