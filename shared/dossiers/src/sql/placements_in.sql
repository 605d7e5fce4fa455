select string_agg('["' || placement || '","' || teacher || '"]', ',')
from placement
where placement in
