update person_state
set state = 'erased'
where person = $1 and state = 'erasing'
