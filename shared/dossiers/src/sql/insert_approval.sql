insert into approval (site, position, event, body)
values
