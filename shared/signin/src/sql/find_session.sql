select account, begun_at, seen_at
from browser_session
where digest = $1
