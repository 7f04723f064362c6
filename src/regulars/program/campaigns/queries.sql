-- name: insert_campaign
insert into campaigns.campaign (program_id, campaign_id, code, state, terms, created_at)
select %(program_id)s, coalesce(max(c.campaign_id), 0) + 1, %(code)s, 'draft', %(terms)s::jsonb, %(created_at)s
from campaigns.campaign as c
where c.program_id = %(program_id)s
returning campaign_id;

-- name: select_campaigns
select c.campaign_id, c.state, c.terms, c.created_at, c.submitted_by, c.launched_on, c.ended_on, c.code
from campaigns.campaign as c
where c.program_id = %(program_id)s
order by c.campaign_id;

-- name: select_launched
-- What orders of any day may need: campaigns that were launched and are not paused, and the program's policy beside each.
select
  c.campaign_id, c.state, c.terms, c.created_at, c.submitted_by, c.launched_on, c.ended_on, c.code, p.holdout_percent, p.needs_second_person
from campaigns.campaign as c
left join campaigns.policy as p on p.program_id = c.program_id
where c.program_id = %(program_id)s and c.launched_on is not null and c.state in ('live', 'stopped', 'ended')
order by c.campaign_id;

-- name: lock_campaign
-- Nobody else changes it until the end of the transaction.
select c.campaign_id, c.state, c.terms, c.created_at, c.submitted_by, c.launched_on, c.ended_on, c.code
from campaigns.campaign as c
where c.program_id = %(program_id)s and c.campaign_id = %(campaign_id)s
for update;

-- name: update_terms
update campaigns.campaign set terms = %(terms)s::jsonb
where program_id = %(program_id)s and campaign_id = %(campaign_id)s;

-- name: update_state
update campaigns.campaign
set state = %(state)s, submitted_by = %(submitted_by)s, launched_on = %(launched_on)s, ended_on = %(ended_on)s
where program_id = %(program_id)s and campaign_id = %(campaign_id)s;

-- name: stop_campaign
-- Nothing comes back when it does not run (any more): only one tells of it.
update campaigns.campaign set state = 'stopped'
where program_id = %(program_id)s and campaign_id = %(campaign_id)s and state = 'live'
returning campaign_id;

-- name: insert_change
insert into campaigns.change (
  program_id, campaign_id, change_no, what, changed_at, changed_by, changed_name, note, from_state, to_state, before, after
)
select
  %(program_id)s, %(campaign_id)s, coalesce(max(c.change_no), 0) + 1, %(what)s, %(changed_at)s, %(changed_by)s, %(changed_name)s,
  %(note)s, %(from_state)s, %(to_state)s, %(before)s::jsonb, %(after)s::jsonb
from campaigns.change as c
where c.program_id = %(program_id)s and c.campaign_id = %(campaign_id)s
returning change_no;

-- name: select_changes
select
  c.change_no, c.what, c.changed_at, c.changed_by, c.changed_name, c.note, c.from_state, c.to_state, c.before, c.after
from campaigns.change as c
where c.program_id = %(program_id)s and c.campaign_id = %(campaign_id)s
order by c.change_no desc;

-- name: select_policy
select p.holdout_percent, p.needs_second_person from campaigns.policy as p where p.program_id = %(program_id)s;

-- name: upsert_policy
insert into campaigns.policy (program_id, holdout_percent, needs_second_person)
values (%(program_id)s, %(holdout_percent)s, %(needs_second_person)s)
on conflict (program_id) do update
set holdout_percent = excluded.holdout_percent, needs_second_person = excluded.needs_second_person;

-- name: upsert_budget
insert into campaigns.budget (campaign_id, program_id, store, points_max, micros_max, grants_max)
values (%(campaign_id)s, %(program_id)s, %(store)s, %(points_max)s, %(micros_max)s, %(grants_max)s)
on conflict (campaign_id, program_id, store) do update
set points_max = excluded.points_max, micros_max = excluded.micros_max, grants_max = excluded.grants_max;

-- name: select_budgets
select
  b.campaign_id, b.store, b.points_max, b.micros_max, b.grants_max, b.spent_points, b.spent_micros, b.spent_grants
from campaigns.budget as b
where b.program_id = %(program_id)s and b.campaign_id = any(%(campaign_ids)s::smallint[])
order by b.campaign_id, b.store;

-- name: lock_budgets
-- The caller goes by the order of the campaigns; the rows of one are locked in the order of its stores.
select
  b.campaign_id, b.store, b.points_max, b.micros_max, b.grants_max, b.spent_points, b.spent_micros, b.spent_grants
from campaigns.budget as b
where b.campaign_id = %(campaign_id)s and b.program_id = %(program_id)s
order by b.store
for no key update;

-- name: spend_budget
-- Nothing comes back when so much is not left, or there is no such budget.
update campaigns.budget
set
  spent_points = spent_points + %(points)s,
  spent_micros = spent_micros + %(micros)s,
  spent_grants = spent_grants + %(grants)s
where campaign_id = %(campaign_id)s and program_id = %(program_id)s and store = %(store)s
  and (points_max is null or spent_points + %(points)s <= points_max)
  and (micros_max is null or spent_micros + %(micros)s <= micros_max)
  and (grants_max is null or spent_grants + %(grants)s <= grants_max)
returning points_max - spent_points, micros_max - spent_micros, grants_max - spent_grants;

-- name: add_tallies
insert into campaigns.tally as y (member_id, program_id, campaign_id, on_date, points, micros, grants)
select t.member_id, %(program_id)s, t.campaign_id, t.on_date, t.points, t.micros, t.grants
from unnest(
  %(member_id)s::uuid[], %(campaign_id)s::smallint[], %(on_date)s::date[], %(points)s::bigint[], %(micros)s::bigint[], %(grants)s::integer[]
) as t (member_id, campaign_id, on_date, points, micros, grants)
order by t.member_id, t.campaign_id, t.on_date
on conflict (member_id, program_id, campaign_id, on_date) do update
set points = y.points + excluded.points, micros = y.micros + excluded.micros, grants = y.grants + excluded.grants;

-- name: select_seats
select s.member_id, s.campaign_id, s.from_on, s.until_on
from campaigns.seat as s
where s.member_id = any(%(member_ids)s::uuid[])
  and s.program_id = %(program_id)s
  and s.campaign_id = any(%(campaign_ids)s::smallint[]);

-- name: seat
-- Who is seated already, or was from that day on, stays as they are.
insert into campaigns.seat (member_id, program_id, campaign_id, from_on, until_on)
select t.member_id, %(program_id)s, %(campaign_id)s, %(from_on)s::date, %(until_on)s::date
from unnest(%(member_ids)s::uuid[]) as t (member_id)
on conflict (member_id, program_id, campaign_id, from_on) do update set until_on = excluded.until_on;

-- name: select_seated
select s.member_id
from campaigns.seat as s
where s.program_id = %(program_id)s and s.campaign_id = %(campaign_id)s and s.from_on <= %(on_date)s and s.until_on >= %(on_date)s;

-- name: unseat
update campaigns.seat
set until_on = %(until_on)s::date
where member_id = any(%(member_ids)s::uuid[]) and program_id = %(program_id)s and campaign_id = %(campaign_id)s
  and until_on > %(until_on)s::date;

-- name: count_seats
select count(*)
from campaigns.seat as s
where s.program_id = %(program_id)s and s.campaign_id = %(campaign_id)s and s.from_on <= %(on_date)s and s.until_on >= %(on_date)s;

-- name: insert_line
insert into campaigns.stop_line (program_id, campaign_id, line_id, terms, is_on, changed_at, changed_by)
select %(program_id)s, %(campaign_id)s, coalesce(max(l.line_id), 0) + 1, %(terms)s::jsonb, true, %(at)s, %(by)s
from campaigns.stop_line as l
where l.program_id = %(program_id)s and l.campaign_id = %(campaign_id)s
returning line_id;

-- name: update_line
-- Changed terms are watched afresh.
update campaigns.stop_line
set terms = %(terms)s::jsonb, is_on = %(is_on)s, changed_at = %(at)s, changed_by = %(by)s, fired_at = null
where program_id = %(program_id)s and campaign_id = %(campaign_id)s and line_id = %(line_id)s
returning line_id;

-- name: select_lines
select l.campaign_id, l.line_id, l.terms, l.is_on, l.changed_at, l.changed_by, l.fired_at, l.watched_at, l.reading
from campaigns.stop_line as l
where l.program_id = %(program_id)s and (%(campaign_id)s::smallint is null or l.campaign_id = %(campaign_id)s::smallint)
order by l.campaign_id, l.line_id;

-- name: note_watched
update campaigns.stop_line
set watched_at = %(at)s, reading = %(reading)s::jsonb, fired_at = %(fired_at)s
where program_id = %(program_id)s and campaign_id = %(campaign_id)s and line_id = %(line_id)s;
