with asked (id) as (values
