-- name: select_habits
-- What members bought and earned in a year: sums, the points of a member's typical order, and how many bought at all.
with buyer as (
  select
    p.member_id, count(*) as orders, sum(p.net_minor) as net_minor, sum(p.award_points - p.reversed_points) as points
  from facts.purchase as p
  where p.program_id = %(program_id)s and p.on_date > %(from_on)s and p.on_date <= %(to_on)s
  group by p.member_id
)
select
  count(*) as buyers, coalesce(sum(b.orders), 0)::bigint as orders, coalesce(sum(b.net_minor), 0)::bigint as net_minor,
  coalesce(sum(b.points), 0)::bigint as points,
  percentile_disc(0.5) within group (order by b.points / b.orders) as typical_points,
  percentile_disc(0.5) within group (order by b.net_minor / b.orders) as typical_minor
from buyer as b
where b.orders > 0;

-- name: select_reach
-- How many of those who bought in the time points live earned enough in it for a price.
with buyer as (
  select p.member_id, sum(p.award_points - p.reversed_points) as points
  from facts.purchase as p
  where p.program_id = %(program_id)s and p.on_date > %(from_on)s and p.on_date <= %(to_on)s
  group by p.member_id
)
select count(*) as buyers, count(*) filter (where b.points >= %(price_points)s) as reaching
from buyer as b;

-- name: select_gap
-- The median days between two purchases of a member, on different days.
with visit as (
  select p.member_id, p.on_date, lag(p.on_date) over (partition by p.member_id order by p.on_date) as before_on
  from facts.purchase as p
  where p.program_id = %(program_id)s and p.on_date > %(from_on)s and p.on_date <= %(to_on)s
)
select count(*) as gaps, percentile_disc(0.5) within group (order by v.on_date - v.before_on) as gap_days
from visit as v
where v.on_date > v.before_on;
