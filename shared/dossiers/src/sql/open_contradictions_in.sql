select string_agg('["' || teacher || '",' || position || ',' || ordinal || ',' || body || ']', ',')
from contradiction
where resolved_position is null
  and teacher in
