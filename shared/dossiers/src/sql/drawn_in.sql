select
  teacher,
  string_agg('["' || from_day || '","' || until_day || '",' || profile || ',' || mark || ']', ',')
from stretch
where teacher in
