-- name: select_figures
-- The period in one pass over its orders, grouped by member; who ordered twice or more is a repeat buyer.
with buyer as (
  select p.member_id, count(*) as orders, sum(p.net_minor) as net_minor, sum(p.returned_minor) as returned_minor
  from facts.purchase as p
  where p.program_id = %(program_id)s and p.on_date between %(from_on)s and %(to_on)s
  group by p.member_id
)
select
  (select count(*) from facts.member as m where m.program_id = %(program_id)s and m.enrolled_on <= %(to_on)s and m.status not in (3, 4)) as members,
  (
    select count(*)
    from facts.member as m
    where m.program_id = %(program_id)s and m.enrolled_on between %(from_on)s and %(to_on)s and m.status not in (3, 4)
  ) as joined,
  count(*) as buyers,
  count(*) filter (where b.orders > 1) as repeat_buyers,
  coalesce(sum(b.orders), 0)::bigint as orders,
  coalesce(sum(b.net_minor), 0)::bigint as revenue_minor,
  coalesce(sum(b.returned_minor), 0)::bigint as returned_minor,
  coalesce(sum(b.net_minor) filter (where b.orders > 1), 0)::bigint as repeat_revenue_minor
from buyer as b;

-- name: select_steps
-- The period cut into steps of so many days from its first day.
with buyer as (
  select
    (p.on_date - %(from_on)s::date) / %(step_days)s::integer as step, p.member_id, count(*) as orders, sum(p.net_minor) as net_minor
  from facts.purchase as p
  where p.program_id = %(program_id)s and p.on_date between %(from_on)s and %(to_on)s
  group by step, p.member_id
)
select
  %(from_on)s::date + b.step * %(step_days)s::integer as from_on, count(*) as buyers, sum(b.orders)::bigint as orders,
  sum(b.net_minor)::bigint as revenue_minor, (count(*) filter (where b.orders > 1))::double precision / count(*) as repeat_ratio
from buyer as b
group by b.step
order by b.step;

-- name: count_joined
-- Who joined, in steps of so many days from the first day.
select %(from_on)s::date + ((m.enrolled_on - %(from_on)s::date) / %(step_days)s::integer) * %(step_days)s::integer as from_on, count(*)
from facts.member as m
where m.program_id = %(program_id)s and m.enrolled_on between %(from_on)s and %(to_on)s and m.status not in (3, 4)
group by from_on
order by from_on;

-- name: select_last_orders
select p.member_id, count(*) as orders, sum(p.net_minor)::bigint as net_minor, max(p.occurred_at) as last_at
from facts.purchase as p
where p.member_id = any(%(member_ids)s::uuid[])
group by p.member_id;

-- name: select_last_day
-- The local day of the newest order: where figures of an imported past end.
select max(p.on_date) from facts.purchase as p where p.program_id = %(program_id)s;
