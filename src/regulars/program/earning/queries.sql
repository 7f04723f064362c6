-- name: select_rules
-- The newest version of every rule.
select distinct on (r.rule_id)
  r.rule_id, r.version, r.effect, r.params, r.label, r.is_live, r.starts_on, r.ends_on, r.wallet_id, r.created_at, r.created_by
from earning.rule as r
where r.program_id = %(program_id)s
order by r.rule_id asc, r.version desc;

-- name: select_versions
select r.rule_id, r.version, r.effect, r.params, r.label, r.is_live, r.starts_on, r.ends_on, r.wallet_id, r.created_at, r.created_by
from earning.rule as r
where r.program_id = %(program_id)s and r.rule_id = %(rule_id)s
order by r.version desc;

-- name: insert_rule
-- The next version of a rule, or a new rule when no id is given.
insert into earning.rule (
  program_id, rule_id, version, effect, params, label, is_live, starts_on, ends_on, wallet_id, created_at,
  created_by
)
select
  %(program_id)s,
  coalesce(%(rule_id)s::smallint, coalesce(max(r.rule_id), 0) + 1),
  coalesce(max(r.version) filter (where r.rule_id = %(rule_id)s::smallint), 0) + 1,
  %(effect)s, %(params)s::jsonb, %(label)s::jsonb, %(is_live)s, %(starts_on)s, %(ends_on)s, %(wallet_id)s,
  %(created_at)s, %(created_by)s
from earning.rule as r
where r.program_id = %(program_id)s
returning rule_id, version;
