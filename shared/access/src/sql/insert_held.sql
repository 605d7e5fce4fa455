insert into held (grant_event, account, role, organisation, from_day, last_day)
values
