delete from person_mark
where kind <> 'name' and person in
