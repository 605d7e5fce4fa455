insert into team (team, organisation)
values
