delete from person_key
where person in
