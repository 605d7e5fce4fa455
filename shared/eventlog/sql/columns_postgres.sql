select cast(column_name as text)
from information_schema.columns
where table_schema = current_schema() and table_name = $1
