delete from person_mark
where person = $1
