delete from stretch
where teacher in
