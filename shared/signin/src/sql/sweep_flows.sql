delete from open_id_flow
where expires_at <= $1
