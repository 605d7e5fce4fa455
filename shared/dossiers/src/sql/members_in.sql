select string_agg('["' || session || '","' || teacher || '"]', ',')
from session_member
where session in
