insert into proposal (proposal, operation, subject, organisation, by_account, by_person, state, last_day, position)
values
