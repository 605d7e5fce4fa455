delete from present
where teacher in
