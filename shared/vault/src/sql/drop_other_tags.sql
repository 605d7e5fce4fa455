delete from person_tag
where person = $1
  and tag <> $2
