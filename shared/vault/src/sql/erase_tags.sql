delete from person_tag
where person in
