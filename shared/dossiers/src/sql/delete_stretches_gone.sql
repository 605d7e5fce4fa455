)
delete from stretch
where (teacher, from_day) in (select teacher, from_day from gone)
