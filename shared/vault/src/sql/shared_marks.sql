select mark, count(*)
from person_mark
where kind = $1
  and mark > $2
  and not exists (select 1 from person_state where person_state.person = person_mark.person)
group by mark
having count(*) >= 2
order by mark
limit $3
