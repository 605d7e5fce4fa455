delete from open_id_flow
where digest = $1
returning return_to, expires_at
