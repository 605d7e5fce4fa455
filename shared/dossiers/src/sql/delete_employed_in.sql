delete from employed
where teacher in
