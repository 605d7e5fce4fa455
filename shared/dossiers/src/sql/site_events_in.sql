select string_agg('["' || site || '",' || position || ',"' || event || '",' || body || ']', ',')
from approval
where site in
