select string_agg('["' || teacher || '","' || organisation || '","' || until_day || '"]', ',')
from present
where teacher in
