select string_agg(
  '["' || school || '","' || province || '",' || coalesce('"' || education_level || '"', 'null') || ']',
  ','
)
from school
where school in
