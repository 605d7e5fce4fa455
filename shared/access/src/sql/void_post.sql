update post
set voided = 1
where post = $1
