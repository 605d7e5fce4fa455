select session, programme
from session
where session in
