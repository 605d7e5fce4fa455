update post
set last_day = $1
where post = $2
