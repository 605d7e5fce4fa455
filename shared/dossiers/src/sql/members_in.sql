select session, teacher
from session_member
where session in
