insert into contradiction (teacher, position, ordinal, kind, body, found_by, resolved_position, resolved_by)
values
