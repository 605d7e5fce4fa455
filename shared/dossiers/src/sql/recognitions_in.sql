select string_agg('["' || recognition || '","' || teacher || '"]', ',')
from recognition
where recognition in
