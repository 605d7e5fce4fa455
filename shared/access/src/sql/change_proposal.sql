update proposal
set state = $1
where proposal = $2
