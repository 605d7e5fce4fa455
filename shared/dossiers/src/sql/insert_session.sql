insert into session (session, programme)
values
