-- name: select_rules
-- The newest version of every rule.
select distinct on (r.rule_id)
  r.rule_id, r.version, r.effect, r.params, r.label, r.is_live, r.starts_on, r.ends_on, r.wallet_id, r.limits,
  r.campaign_id, r.created_at, r.created_by
from earning.rule as r
where r.program_id = %(program_id)s
order by r.rule_id asc, r.version desc;

-- name: select_versions
select r.rule_id, r.version, r.effect, r.params, r.label, r.is_live, r.starts_on, r.ends_on, r.wallet_id, r.limits,
  r.campaign_id, r.created_at, r.created_by
from earning.rule as r
where r.program_id = %(program_id)s and r.rule_id = %(rule_id)s
order by r.version desc;

-- name: insert_rule
-- The next version of a rule, or a new rule when no id is given.
insert into earning.rule (
  program_id, rule_id, version, effect, params, label, is_live, starts_on, ends_on, wallet_id, limits,
  campaign_id, created_at, created_by
)
select
  %(program_id)s,
  coalesce(%(rule_id)s::smallint, coalesce(max(r.rule_id), 0) + 1),
  coalesce(max(r.version) filter (where r.rule_id = %(rule_id)s::smallint), 0) + 1,
  %(effect)s, %(params)s::jsonb, %(label)s::jsonb, %(is_live)s, %(starts_on)s, %(ends_on)s, %(wallet_id)s,
  %(limits)s::jsonb, %(campaign_id)s, %(created_at)s, %(created_by)s
from earning.rule as r
where r.program_id = %(program_id)s
returning rule_id, version;

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
where b.program_id = %(program_id)s and b.rule_id = any(%(rule_ids)s::smallint[]) and b.points_max is not null;

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
