select site, event, body
from approval
where site in
