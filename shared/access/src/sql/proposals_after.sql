select proposal.proposal, proposal.operation, proposal.subject, proposal.organisation, proposal.by_account,
  proposal.by_person, proposal.state, proposal.last_day, proposal.position,
  place.organisation, place.city, place.province
from proposal
left join place on place.organisation = proposal.organisation
where proposal.proposal > $1
  and proposal.state = coalesce(cast($3 as text), proposal.state)
order by proposal.proposal
limit $2
