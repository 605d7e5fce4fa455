select teacher, string_agg('[' || position || ',"' || event || '",' || body || ']', ',')
from entry
where teacher in
