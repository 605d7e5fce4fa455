select string_agg('["' || site || '","' || teacher || '"]', ',')
from visitor
where site in
