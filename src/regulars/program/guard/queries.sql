-- name: select_rules
select r.rule_id, r.type, r.params, r.mode, r.verdict, r.saved_at, r.saved_by
from guard.rule as r
where r.program_id = %(program_id)s
order by r.rule_id;

-- name: upsert_rule
insert into guard.rule (program_id, rule_id, type, params, mode, verdict, saved_at, saved_by)
values (
  %(program_id)s, %(rule_id)s, %(type)s, %(params)s::jsonb, %(mode)s, %(verdict)s, %(saved_at)s, %(saved_by)s
)
on conflict (program_id, rule_id) do update
  set params = excluded.params, mode = excluded.mode, verdict = excluded.verdict, saved_at = excluded.saved_at,
      saved_by = excluded.saved_by;

-- name: select_next_rule
select coalesce(max(r.rule_id), 0) + 1
from guard.rule as r
where r.program_id = %(program_id)s;

-- name: find_velocity
-- What was looked at in a case that is decided is looked at no more.
select distinct on (f.member_id) f.member_id, f.measured, f.evidence
from (
  select
    p.member_id,
    count(*) as measured,
    json_build_object(
      'store', p.store, 'till', p.till, 'orders', count(*), 'paid_minor', sum(p.total_minor),
      'first_at', min(p.occurred_at), 'last_at', max(p.occurred_at)
    ) as evidence
  from facts.purchase as p
  where p.program_id = %(program_id)s
    and p.occurred_at > %(from_at)s
    and p.occurred_at <= %(to_at)s
    and not exists (
      select from guard.finding as c
      where c.member_id = p.member_id and c.rule_id = %(rule_id)s and c.decided_at >= p.occurred_at
    )
  group by p.member_id, p.store, p.till
  having count(*) > %(threshold)s
) as f
order by f.member_id asc, f.measured desc;

-- name: find_refunds
select
  p.member_id,
  count(*) filter (where p.returned_minor > 0) as measured,
  json_build_object(
    'orders', count(*), 'returned', count(*) filter (where p.returned_minor > 0), 'paid_minor', sum(p.total_minor),
    'returned_minor', sum(p.returned_minor)
  ) as evidence
from facts.purchase as p
where p.program_id = %(program_id)s
  and p.occurred_at > %(from_at)s
  and p.occurred_at <= %(to_at)s
  and not exists (
    select from guard.finding as c
    where c.member_id = p.member_id and c.rule_id = %(rule_id)s and c.decided_at >= p.occurred_at
  )
group by p.member_id
having count(*) filter (where p.returned_minor > 0) >= %(threshold)s
  and sum(p.returned_minor) * 100 >= sum(p.total_minor) * %(share)s;

-- name: find_loops
-- An order whose points were taken back (kind 4) after some were spent (burned, captured, given) since it was paid.
select
  p.member_id,
  count(distinct p.order_id) as measured,
  json_build_object('returned', count(distinct p.order_id), 'points', sum(abs(t.points))) as evidence
from facts.purchase as p
inner join facts.entry as t on t.member_id = p.member_id and t.subject_id = p.order_id and t.kind = 4
where p.program_id = %(program_id)s
  and t.occurred_at > %(from_at)s
  and t.occurred_at <= %(to_at)s
  and exists (
    select from facts.entry as s
    where s.member_id = p.member_id and s.member_id = t.member_id and s.kind in (2, 10, 12)
      and s.occurred_at > p.occurred_at
      and s.occurred_at < t.occurred_at
  )
  and not exists (
    select from guard.finding as c
    where c.member_id = p.member_id and c.member_id = t.member_id and c.rule_id = %(rule_id)s
      and c.decided_at >= t.occurred_at
  )
group by p.member_id
having count(distinct p.order_id) >= %(threshold)s;

-- name: find_gifts
select
  e.member_id,
  count(distinct e.subject_id) as measured,
  json_build_object('gifts', count(distinct e.subject_id), 'points', sum(abs(e.points))) as evidence
from facts.entry as e
inner join facts.member as m on m.member_id = e.member_id
where m.program_id = %(program_id)s
  and e.kind = 13
  and e.occurred_at > %(from_at)s
  and e.occurred_at <= %(to_at)s
  and not exists (
    select from guard.finding as c
    where c.member_id = e.member_id and c.rule_id = %(rule_id)s and c.decided_at >= e.occurred_at
  )
group by e.member_id
having count(distinct e.subject_id) >= %(threshold)s;

-- name: find_dormant
-- A spending after a long sleep; who was looked at since they woke is looked at no more.
select
  m.member_id,
  t.points as measured,
  json_build_object('points', t.points, 'spent_at', t.at, 'joined_at', m.enrolled_at) as evidence
from facts.member as m
inner join unnest(%(member_id)s::uuid[], %(points)s::bigint[], %(at)s::timestamptz[]) as t (member_id, points, at)
  on t.member_id = m.member_id
where t.points >= %(threshold)s
  and m.enrolled_at < t.at - %(span)s::interval
  and not exists (
    select from facts.purchase as p
    where p.member_id = m.member_id and p.occurred_at > t.at - %(span)s::interval and p.occurred_at <= t.at
  )
  and not exists (
    select from guard.finding as c
    where c.member_id = m.member_id and c.rule_id = %(rule_id)s and c.decided_at > t.at - %(span)s::interval
  );

-- name: find_contact_change
select
  m.member_id,
  t.points as measured,
  json_build_object('points', t.points, 'spent_at', t.at, 'changed_at', max(k.added_at)) as evidence
from facts.member as m
inner join unnest(%(member_id)s::uuid[], %(points)s::bigint[], %(at)s::timestamptz[]) as t (member_id, points, at)
  on t.member_id = m.member_id
inner join unnest(%(changed_id)s::uuid[], %(changed_at)s::timestamptz[]) as k (member_id, added_at)
  on k.member_id = m.member_id
where t.points >= %(threshold)s
  and k.added_at > t.at - %(span)s::interval
  and k.added_at <= t.at
  and not exists (
    select from guard.finding as c
    where c.member_id = m.member_id and c.rule_id = %(rule_id)s and c.decided_at >= k.added_at
  )
group by m.member_id, t.points, t.at;

-- name: select_spends
-- What was spent in some days, for a backtest: burned, captured, given.
select e.member_id, sum(abs(e.points)), e.occurred_at
from facts.entry as e
inner join facts.member as m on m.member_id = e.member_id
where m.program_id = %(program_id)s
  and e.kind in (2, 10, 12)
  and e.occurred_at > %(from_at)s
  and e.occurred_at <= %(to_at)s
group by e.member_id, e.transfer_id, e.occurred_at;

-- name: insert_cases
insert into guard.finding (
  member_id, case_id, program_id, rule_id, type, verdict, state, measured, evidence, found_at
)
select
  t.member_id, t.case_id, %(program_id)s, %(rule_id)s, %(type)s, %(verdict)s, 'open', t.measured, t.evidence::jsonb,
  %(found_at)s
from unnest(%(member_id)s::uuid[], %(case_id)s::uuid[], %(measured)s::bigint[], %(evidence)s::text[])
  as t (member_id, case_id, measured, evidence)
on conflict do nothing
returning member_id;

-- name: select_cases
select
  c.member_id, c.case_id, c.rule_id, c.type, c.verdict, c.state, c.measured, c.evidence, c.found_at, c.decided_at,
  c.decided_by, c.decided_name, c.reason
from guard.finding as c
where c.program_id = %(program_id)s
  and (%(state)s::text is null or c.state = %(state)s)
  and (%(member_id)s::uuid is null or c.member_id = %(member_id)s)
  and (%(case_id)s::uuid is null or c.case_id = %(case_id)s)
order by c.found_at desc, c.case_id asc
limit %(limit)s;

-- name: select_open_cases
select
  c.member_id, c.case_id, c.rule_id, c.type, c.verdict, c.state, c.measured, c.evidence, c.found_at, c.decided_at,
  c.decided_by, c.decided_name, c.reason
from guard.finding as c
where c.member_id = %(member_id)s and c.state = 'open';

-- name: decide_case
update guard.finding
set state = %(state)s, decided_at = %(at)s, decided_by = %(by)s, decided_name = %(by_name)s, reason = %(reason)s
where member_id = %(member_id)s and case_id = %(case_id)s and state = 'open';

-- name: reopen_case
update guard.finding
set state = 'open', decided_at = null, decided_by = '', decided_name = '', reason = ''
where member_id = %(member_id)s and case_id = %(case_id)s and state <> 'open' and decided_at > %(since_at)s;

-- name: select_decided
select c.rule_id, c.state, c.measured
from guard.finding as c
where c.program_id = %(program_id)s;

-- name: select_decided_members
select c.member_id, c.state
from guard.finding as c
where c.member_id = any(%(member_ids)s::uuid[]) and c.type = %(type)s and c.state <> 'open';
