select write_message($1, $2, 'held', $3::jsonb, null, $4)
