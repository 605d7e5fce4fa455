select place.organisation, place.city, place.province
from team
left join place on place.organisation = team.organisation
where team.team = $1
