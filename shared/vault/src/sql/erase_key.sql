delete from person_key
where person = $1
