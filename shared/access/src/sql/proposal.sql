select proposal.proposal, proposal.operation, proposal.subject, proposal.organisation, proposal.by_account,
  proposal.by_person, proposal.state, proposal.last_day, proposal.position
from proposal
where proposal.proposal = $1
