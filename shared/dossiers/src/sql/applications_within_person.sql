and p.teacher = coalesce(
  (
    select n.keeper
    from alias n
    where n.teacher = $7
  ),
  $7
)
