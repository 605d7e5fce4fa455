delete from alias
where teacher in
