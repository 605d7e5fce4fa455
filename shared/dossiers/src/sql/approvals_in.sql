select site, event, body, position
from approval
where site in
