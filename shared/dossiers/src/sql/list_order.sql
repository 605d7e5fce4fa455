order by p.teacher
limit $9
