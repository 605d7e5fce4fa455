select stream_name, global_position, data
from get_category_messages('bench', $1, $2)
