insert into caller_key (agent, name, fingerprint, command, spans)
values (?1, ?2, ?3, ?4, ?5)
