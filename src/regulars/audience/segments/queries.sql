-- name: select_segments
select
  s.program_id, s.segment_id, s.code, s.name, s.condition, s.created_at, s.note, s.is_told, s.is_archived, s.refreshed_at, s.members,
  s.problem
from segments.segment as s
where s.program_id = %(program_id)s
order by s.segment_id;

-- name: lock_segment
select s.is_archived
from segments.segment as s
where s.program_id = %(program_id)s and s.segment_id = %(segment_id)s
for update;

-- name: insert_segment
insert into segments.segment (program_id, segment_id, code, name, note, condition, is_told, is_archived, created_at)
select
  %(program_id)s, coalesce(max(s.segment_id), 0) + 1, %(code)s, %(name)s::jsonb, %(note)s, %(condition)s, %(is_told)s,
  %(is_archived)s, %(created_at)s
from segments.segment as s
where s.program_id = %(program_id)s
on conflict do nothing
returning segment_id;

-- name: update_segment
update segments.segment
set name = %(name)s::jsonb, note = %(note)s, condition = %(condition)s, is_told = %(is_told)s, is_archived = %(is_archived)s
where program_id = %(program_id)s and segment_id = %(segment_id)s;

-- name: insert_change
insert into segments.change (program_id, segment_id, change_id, changed_at, changed_by, changes)
values (%(program_id)s, %(segment_id)s, %(change_id)s, %(changed_at)s, %(changed_by)s, %(changes)s::jsonb);

-- name: select_changes
select c.changed_at, c.changed_by, c.changes
from segments.change as c
where c.program_id = %(program_id)s and c.segment_id = %(segment_id)s
order by c.change_id desc;

-- name: refresh
-- Who meets the condition and was not in, comes; who was in and no longer meets it, goes. The statement of the condition
-- takes the place of the inner one (`store.refresh`). Of whom no picture may be drawn is in no segment. Ids are told only
-- where somebody asks for them.
with meeting as (
  select m.member_id from facts.member as m where m.program_id = %(program_id)s
),
matching as materialized (
  select m.member_id
  from facts.member as m
  where m.member_id in (select x.member_id from meeting as x)
    and not exists (select from facts.unprofiled as u where u.member_id = m.member_id)
),
gone as (
  update segments.membership as s
  set left_at = %(at)s
  where s.program_id = %(program_id)s and s.segment_id = %(segment_id)s and s.left_at is null
    and not exists (select 1 from matching as x where x.member_id = s.member_id)
  returning s.member_id
),
entered as (
  insert into segments.membership (member_id, program_id, segment_id, entered_at)
  select x.member_id, %(program_id)s, %(segment_id)s, %(at)s
  from matching as x
  left join segments.membership as s
    on s.member_id = x.member_id and s.program_id = %(program_id)s and s.segment_id = %(segment_id)s and s.left_at is null
  where s.member_id is null
  order by x.member_id
  returning member_id
)
select
  (select count(*) from matching) as members,
  (select count(*) from entered) as entered,
  (select count(*) from gone) as gone,
  case when %(is_told)s then array(select e.member_id from entered as e order by e.member_id) end as entered_ids,
  case when %(is_told)s then array(select g.member_id from gone as g order by g.member_id) end as gone_ids;

-- name: note_refresh
update segments.segment
set refreshed_at = %(at)s, members = %(members)s, problem = ''
where program_id = %(program_id)s and segment_id = %(segment_id)s;

-- name: note_problem
update segments.segment
set problem = %(problem)s
where program_id = %(program_id)s and segment_id = %(segment_id)s and problem <> %(problem)s;

-- name: note_day
insert into segments.day (program_id, segment_id, on_date, members, entered, gone)
values (%(program_id)s, %(segment_id)s, %(on_date)s, %(members)s, %(entered)s, %(gone)s)
on conflict (program_id, segment_id, on_date) do update
set members = excluded.members, entered = segments.day.entered + excluded.entered, gone = segments.day.gone + excluded.gone;

-- name: select_days
select d.on_date, d.members, d.entered, d.gone
from segments.day as d
where d.program_id = %(program_id)s and d.segment_id = %(segment_id)s and d.on_date >= %(since_on)s
order by d.on_date;

-- name: select_members
-- Who was in at a moment, by their ids.
select s.member_id, s.entered_at
from segments.membership as s
where s.program_id = %(program_id)s and s.segment_id = %(segment_id)s and s.member_id > %(after)s and s.entered_at <= %(at)s
  and (s.left_at is null or s.left_at > %(at)s)
order by s.member_id
limit %(limit)s;

-- name: count_members
select count(*)
from segments.membership as s
where s.program_id = %(program_id)s and s.segment_id = %(segment_id)s and s.entered_at <= %(at)s
  and (s.left_at is null or s.left_at > %(at)s);

-- name: count_overlap
select
  count(*) filter (where o.is_first) as in_first,
  count(*) filter (where o.is_second) as in_second,
  count(*) filter (where o.is_first and o.is_second) as in_both
from (
  select
    bool_or(s.segment_id = %(first_id)s) as is_first,
    bool_or(s.segment_id = %(second_id)s) as is_second
  from segments.membership as s
  where s.program_id = %(program_id)s and s.segment_id in (%(first_id)s, %(second_id)s) and s.left_at is null
  group by s.member_id
) as o;

-- name: select_of_member
select s.segment_id, s.entered_at
from segments.membership as s
where s.member_id = %(member_id)s and s.program_id = %(program_id)s and s.left_at is null
order by s.segment_id;

-- name: forget
delete from segments.membership where member_id = any(%(member_ids)s::uuid[]);

-- name: leave
update segments.membership
set left_at = %(at)s
where member_id = any(%(member_ids)s::uuid[]) and program_id = %(program_id)s and left_at is null;
