delete from person_remains
where person in
