insert into school (school, code, name, education_level, division, city, province)
values
