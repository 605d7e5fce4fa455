select file, page_count * page_size
from pragma_database_list, pragma_page_count, pragma_page_size
where name = 'main'
