select other.person, other.kind
from person_mark as own
join person_mark as other on other.kind = own.kind and other.mark = own.mark and other.person <> own.person
where own.person = $1
  and not exists (
    select 1
    from person_state
    where person_state.person = own.person or person_state.person = other.person
  )
order by case other.kind when 'name_birth' then 1 when 'name' then 2 else 3 end, other.person
limit $2
