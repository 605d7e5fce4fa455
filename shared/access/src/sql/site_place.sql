select place.organisation, place.city, place.province
from site
left join place on place.organisation = site.body
where site.site = $1
