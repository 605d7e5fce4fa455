with gone (teacher, from_day) as (values
