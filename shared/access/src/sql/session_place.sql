select place.organisation, place.city, place.province
from session
left join site on site.site = session.site
left join place on place.organisation = site.body
where session.session = $1
