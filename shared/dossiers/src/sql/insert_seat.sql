insert into seat (profile, ordinal, school, role, specialty, employment, mark)
values
