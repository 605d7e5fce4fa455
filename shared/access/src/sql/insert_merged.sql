insert into merged (merge_event, other, keeper)
values
