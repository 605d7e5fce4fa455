update view_generation
set
  state = case
    when version = (select swapped.version from view_generation swapped where swapped.name = $1 and swapped.generation = $2)
    then 'retired'
    else state
  end,
  retired_at = cast(unixepoch('subsec') * 1000 as integer)
where name = $1
  and generation <> $2
  and state <> 'retired'
  and (
    retired_at is null
    or version = (select swapped.version from view_generation swapped where swapped.name = $1 and swapped.generation = $2)
  )
