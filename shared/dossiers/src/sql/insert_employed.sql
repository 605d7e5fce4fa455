insert into employed (school, staff_number, teacher)
values
