delete from step
where position = $1 and delta = 0
