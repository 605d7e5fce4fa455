update person
set state = coalesce(cast($1 as text), state),
  identity = coalesce(cast($2 as text), identity)
where teacher = $3
