delete from person_mark
where person in
