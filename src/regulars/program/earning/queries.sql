-- name: select_rules
-- Every version of every rule, newest first.
select
  r.rule_id, r.version, r.effect, r.params, r.label, r.state, r.effective_at, r.starts_on, r.ends_on, r.wallet_id, r.limits,
  r.condition, r.lines, r.campaign_id, r.because, r.priority, r.exclusive_group, r.picks, r.created_at, r.created_by
from earning.rule as r
where r.program_id = %(program_id)s
order by r.rule_id asc, r.version desc;

-- name: select_versions
select
  r.rule_id, r.version, r.effect, r.params, r.label, r.state, r.effective_at, r.starts_on, r.ends_on, r.wallet_id, r.limits,
  r.condition, r.lines, r.campaign_id, r.because, r.priority, r.exclusive_group, r.picks, r.created_at, r.created_by
from earning.rule as r
where r.program_id = %(program_id)s and r.rule_id = %(rule_id)s
order by r.version desc;

-- name: lock_rules
-- Whoever writes a rule goes first through all of them: versions are numbered one after the other.
select r.rule_id, r.version
from earning.rule as r
where r.program_id = %(program_id)s
order by r.rule_id asc, r.version asc
for no key update;

-- name: insert_rule
-- The next version of a rule, or a new rule when no id is given.
insert into earning.rule (
  program_id, rule_id, version, effect, params, label, state, effective_at, starts_on, ends_on, wallet_id, limits,
  condition, lines, campaign_id, because, priority, exclusive_group, picks, created_at, created_by
)
select
  %(program_id)s,
  coalesce(%(rule_id)s::smallint, coalesce(max(r.rule_id), 0) + 1),
  coalesce(max(r.version) filter (where r.rule_id = %(rule_id)s::smallint), 0) + 1,
  %(effect)s, %(params)s::jsonb, %(label)s::jsonb, %(state)s, %(effective_at)s, %(starts_on)s, %(ends_on)s, %(wallet_id)s,
  %(limits)s::jsonb, %(condition)s::jsonb, %(lines)s::jsonb, %(campaign_id)s, %(because)s::jsonb, %(priority)s,
  %(exclusive_group)s, %(picks)s, %(created_at)s, %(created_by)s
from earning.rule as r
where r.program_id = %(program_id)s
returning rule_id, version;

-- name: select_caps
select c.period, c.points_max
from earning.cap as c
where c.program_id = %(program_id)s
order by c.period;

-- name: delete_caps
delete from earning.cap where program_id = %(program_id)s;

-- name: insert_caps
insert into earning.cap (program_id, period, points_max, changed_at, changed_by)
select %(program_id)s, t.period, t.points_max, %(at)s, %(by)s
from unnest(%(period)s::text[], %(points_max)s::bigint[]) as t (period, points_max);

-- name: insert_rule_errors
insert into earning.rule_error (member_id, activity_id, rule_id, program_id, version, code, detail, happened_at)
select t.member_id, t.activity_id, t.rule_id, %(program_id)s, t.version, t.code, t.detail, %(at)s
from unnest(
  %(member_id)s::uuid[], %(activity_id)s::uuid[], %(rule_id)s::smallint[], %(version)s::integer[], %(code)s::text[],
  %(detail)s::text[]
) as t (member_id, activity_id, rule_id, version, code, detail)
on conflict (member_id, activity_id, rule_id) do nothing;

-- name: select_rule_errors
select e.member_id, e.activity_id, e.rule_id, e.version, e.code, e.detail, e.happened_at
from earning.rule_error as e
where e.program_id = %(program_id)s and e.settled_at is null
order by e.happened_at desc, e.activity_id asc
limit %(limit)s;

-- name: select_usage
select u.member_id, u.rule_id, u.period_on, u.points
from earning.usage as u
where u.member_id = any(%(member_ids)s::uuid[])
  and u.program_id = %(program_id)s
  and u.rule_id = any(%(rule_ids)s::smallint[])
  and u.period_on = any(%(periods)s::date[]);

-- name: add_usage
insert into earning.usage as u (member_id, program_id, rule_id, period_on, points)
select t.member_id, %(program_id)s, t.rule_id, t.period_on, t.points
from unnest(%(member_id)s::uuid[], %(rule_id)s::smallint[], %(period_on)s::date[], %(points)s::bigint[]) as t (
  member_id, rule_id, period_on, points
)
order by t.member_id, t.rule_id, t.period_on
on conflict (member_id, program_id, rule_id, period_on) do update set points = u.points + excluded.points;

-- name: upsert_budget
insert into earning.budget (rule_id, program_id, points_max)
values (%(rule_id)s, %(program_id)s, %(points_max)s)
on conflict (rule_id, program_id) do update set points_max = excluded.points_max;

-- name: select_budgets
select b.rule_id, b.points_max - b.spent_points as left_points
from earning.budget as b
where b.program_id = %(program_id)s and b.rule_id = any(%(rule_ids)s::smallint[]);

-- name: lock_budget
-- The caller goes by the order of the rules.
select b.points_max - b.spent_points as left_points
from earning.budget as b
where b.rule_id = %(rule_id)s and b.program_id = %(program_id)s
for no key update;

-- name: spend_budget
-- Nothing comes back when so much is not left: somebody else was faster.
update earning.budget
set spent_points = spent_points + %(points)s
where rule_id = %(rule_id)s and program_id = %(program_id)s
  and (points_max is null or spent_points + %(points)s <= points_max)
returning spent_points;
