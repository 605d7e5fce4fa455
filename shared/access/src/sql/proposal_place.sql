select proposal.subject, proposal.organisation, place.organisation, place.city, place.province
from proposal
left join place on place.organisation = proposal.organisation
where proposal.proposal = $1
