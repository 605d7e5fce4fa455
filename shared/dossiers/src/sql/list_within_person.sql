and p.teacher = coalesce(
  (
    select a.keeper
    from alias a
    where a.teacher = $10
  ),
  $10
)
