update approval
set voided = 1
where approval = $1
