-- The second line, behind the conditions of the statements: a row about one person is shown only within a context that
-- reaches the person. The context is the setting shuangshi.scope: `*`, or today and the reaches, such as
-- `2026-11-22|p:32|c:32:320100|o:<organisation>|t:<teacher>`. Without one, no row is shown.
--
-- present, alias, merge, school, seat and step are not guarded: they hold ids, places and numbers, nothing that says
-- who somebody is or what was recorded, and the policies themselves ask present, alias and school.
--
-- The bodies are bound to this schema's tables when they are made, so no search path can lead them elsewhere. What
-- stands in a sub-select of its own is worked out once a statement; whether a person is reached, by way of the index
-- on the teacher, for each row that the statement's own conditions have left.
create function scope()
returns text[]
language sql
stable
return string_to_array(current_setting('shuangshi.scope', true), '|');
create function today()
returns text
language sql
stable
return (scope())[1];
create function persons()
returns text[]
language sql
stable
begin atomic
  with person as (
    select coalesce(a.keeper, substr(one, 3)) keeper
    from unnest(scope()) one
    left join alias a
      on a.teacher = substr(one, 3)
    where starts_with(one, 't:')
  )
  select array(
    select p.keeper
    from person p
    union
    select a.teacher
    from person p
    join alias a
      on a.keeper = p.keeper
  );
end;
-- Few contexts name a person, and to ask who that is takes longer than most statements: so it is only asked then.
create function named()
returns text[]
language sql
stable
return case
  when strpos(current_setting('shuangshi.scope', true), '|t:') > 0 then persons()
  else array[]::text[]
end;
create function reached()
returns table (teacher text)
language sql
stable
begin atomic
  select r.teacher
  from present r
  left join school o
    on o.school = r.organisation
  where r.until_day > (select today())
    and (
      'o:' || r.organisation = any ((select scope())::text[])
      or 'p:' || o.province = any ((select scope())::text[])
      or 'c:' || o.province || ':' || o.city = any ((select scope())::text[])
    );
end;
alter table person enable row level security;
alter table person force row level security;
create policy within_scope on person
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = person.teacher
  )
);
alter table entry enable row level security;
alter table entry force row level security;
create policy within_scope on entry
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  -- Entries are only ever asked for by their person: with `offset` it is looked up for each, and no planner collects everybody
  -- within reach first.
  or exists (
    select 1
    from reached() k
    where k.teacher = entry.teacher
    offset 0
  )
);
alter table employed enable row level security;
alter table employed force row level security;
create policy within_scope on employed
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = employed.teacher
  )
);
alter table stretch enable row level security;
alter table stretch force row level security;
create policy within_scope on stretch
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = stretch.teacher
  )
);
alter table visitor enable row level security;
alter table visitor force row level security;
create policy within_scope on visitor
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = visitor.teacher
  )
);
alter table session_member enable row level security;
alter table session_member force row level security;
create policy within_scope on session_member
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = session_member.teacher
  )
);
alter table placement enable row level security;
alter table placement force row level security;
create policy within_scope on placement
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = placement.teacher
  )
);
alter table recognition enable row level security;
alter table recognition force row level security;
create policy within_scope on recognition
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = recognition.teacher
  )
);
alter table application enable row level security;
alter table application force row level security;
create policy within_scope on application
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = application.teacher
  )
);
alter table contradiction enable row level security;
alter table contradiction force row level security;
create policy within_scope on contradiction
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = contradiction.teacher
  )
);
alter table contradiction_site enable row level security;
alter table contradiction_site force row level security;
create policy within_scope on contradiction_site
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = contradiction_site.teacher
  )
);
alter table change enable row level security;
alter table change force row level security;
create policy within_scope on change
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = change.teacher
  )
);
alter table agent enable row level security;
alter table agent force row level security;
create policy within_scope on agent
using (
  (select current_setting('shuangshi.scope', true)) = '*'
  or teacher = any ((select named())::text[])
  or exists (
    select 1
    from reached() k
    where k.teacher = agent.teacher
  )
)
