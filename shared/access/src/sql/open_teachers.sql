with recursive named (teacher, step) as (
  select substr(cast($1 as text), 1, 36), 1
  union all
  select substr(cast($1 as text), named.step * 36 + 1, 36), named.step + 1
  from named
  where length(cast($1 as text)) > named.step * 36
)
select teacher.teacher
from named
join teacher on teacher.teacher = named.teacher
left join merged on merged.other = teacher.teacher
where teacher.state = 'active'
  and merged.other is null
order by teacher.teacher
