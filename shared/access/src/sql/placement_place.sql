select place.organisation, place.city, place.province, placement.teacher
from placement
left join site on site.site = placement.site
left join place on place.organisation = site.body
where placement.placement = $1
