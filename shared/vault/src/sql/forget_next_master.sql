delete from next_master_key
where only_one = 1
