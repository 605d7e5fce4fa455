order by a.on_day, a.recognition
limit $6
