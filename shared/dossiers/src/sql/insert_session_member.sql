insert into session_member (session, teacher)
values
