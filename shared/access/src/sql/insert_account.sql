insert into account (account, agent, kind, person, closed)
values
