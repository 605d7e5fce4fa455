select string_agg('["' || teacher || '",' || position || ',"' || event || '",' || body || ']', ',')
from entry
where teacher in
