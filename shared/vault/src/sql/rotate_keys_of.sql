) as fresh
where person_key.person = fresh.column1 and person_key.kek <> fresh.column3
