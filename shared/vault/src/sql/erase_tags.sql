delete from person_tag
where person = $1
