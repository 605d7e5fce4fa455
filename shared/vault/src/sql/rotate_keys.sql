update person_key
set suite = fresh.column2, kek = fresh.column3, wrapped = fresh.column4
from (values
