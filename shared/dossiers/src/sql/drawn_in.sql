select string_agg('["' || teacher || '","' || from_day || '","' || until_day || '",' || profile || ',' || mark || ']', ',')
from stretch
where teacher in
