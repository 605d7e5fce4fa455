with asked as (
  select teacher, state, identity, position
  from person
  where teacher in
