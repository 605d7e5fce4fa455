insert into agent (agent, teacher)
values
