-- name: select_ladder
select l.metric, l.window_months, l.keep_months
from tiers.ladder as l
where l.program_id = %(program_id)s;

-- name: select_tiers
select t.tier_id, t.rank, t.name, t.threshold, t.color, t.points_factor, t.benefits
from tiers.tier as t
where t.program_id = %(program_id)s
order by t.rank;

-- name: upsert_ladder
insert into tiers.ladder (program_id, metric, window_months, keep_months)
values (%(program_id)s, %(metric)s, %(window_months)s, %(keep_months)s)
on conflict (program_id) do update
set metric = excluded.metric, window_months = excluded.window_months, keep_months = excluded.keep_months;

-- name: upsert_tier
insert into tiers.tier (program_id, tier_id, rank, name, threshold, color, points_factor, benefits)
values (
  %(program_id)s, %(tier_id)s, %(rank)s, %(name)s::jsonb, %(threshold)s, %(color)s, %(points_factor)s, %(benefits)s::jsonb
)
on conflict (program_id, tier_id) do update
set name = excluded.name, threshold = excluded.threshold, color = excluded.color, points_factor = excluded.points_factor,
    benefits = excluded.benefits;

-- name: select_tallies
-- What members did, day by day, from `from_on`; days from `whole_on` on always count, so they come as one sum
-- that stands at the latest of them.
select
  t.member_id, max(t.on_date) as on_day, sum(t.spend_minor)::bigint as spend_minor, sum(t.points)::bigint as points, sum(t.orders)::integer as orders
from unnest(%(member_id)s::uuid[], %(from_on)s::date[], %(whole_on)s::date[]) as w (member_id, from_on, whole_on)
join tiers.tally as t on t.member_id = w.member_id and t.on_date >= w.from_on
group by t.member_id, case when t.on_date >= w.whole_on then w.whole_on else t.on_date end
order by t.member_id, on_day;

-- name: add_tallies
insert into tiers.tally as t (member_id, on_date, spend_minor, points, orders)
select n.member_id, n.on_date, n.spend_minor, n.points, n.orders
from unnest(%(member_id)s::uuid[], %(on_date)s::date[], %(spend_minor)s::bigint[], %(points)s::bigint[], %(orders)s::integer[]) as n (
  member_id, on_date, spend_minor, points, orders
)
order by n.member_id, n.on_date
on conflict (member_id, on_date) do update
set spend_minor = t.spend_minor + excluded.spend_minor, points = t.points + excluded.points, orders = t.orders + excluded.orders;

-- name: select_holdings
select h.member_id, h.tier_id, h.since_at, h.review_on
from tiers.holding as h
where h.member_id = any(%(member_ids)s::uuid[]);

-- name: upsert_holdings
insert into tiers.holding (member_id, program_id, tier_id, since_at, review_on)
select t.member_id, %(program_id)s, t.tier_id, t.since_at, t.review_on
from unnest(%(member_id)s::uuid[], %(tier_id)s::smallint[], %(since_at)s::timestamptz[], %(review_on)s::date[]) as t (
  member_id, tier_id, since_at, review_on
)
order by t.member_id
on conflict (member_id) do update
set tier_id = excluded.tier_id, since_at = excluded.since_at, review_on = excluded.review_on;

-- name: delete_holdings
delete from tiers.holding where member_id = any(%(member_ids)s::uuid[]);

-- name: insert_moves
insert into tiers.move (member_id, move_id, program_id, moved_at, from_tier_id, to_tier_id, cause, reached)
select t.member_id, t.move_id, %(program_id)s, t.moved_at, t.from_tier_id, t.to_tier_id, t.cause, t.reached
from unnest(
  %(member_id)s::uuid[], %(move_id)s::uuid[], %(moved_at)s::timestamptz[], %(from_tier_id)s::smallint[],
  %(to_tier_id)s::smallint[], %(cause)s::text[], %(reached)s::bigint[]
) as t (member_id, move_id, moved_at, from_tier_id, to_tier_id, cause, reached);

-- name: select_moves
select m.member_id, m.moved_at, m.from_tier_id, m.to_tier_id, m.cause, m.reached
from tiers.move as m
where m.member_id = %(member_id)s
order by m.moved_at desc, m.move_id desc
limit %(limit)s;

-- name: select_due
-- Whose tier must be looked at again.
select h.member_id
from tiers.holding as h
where h.program_id = %(program_id)s and h.review_on < %(today)s
order by h.member_id
limit %(limit)s;

-- name: count_holdings
select h.tier_id, count(*)
from tiers.holding as h
where h.program_id = %(program_id)s
group by h.tier_id;

-- name: count_reaching
-- How many members reach each amount in the window: what new thresholds would mean. Who was merged counts with whom
-- they were merged into.
select count(*)
from (
  select t.member_id
  from tiers.tally as t
  join facts.member as m on m.member_id = t.member_id
  where t.on_date >= %(from_on)s and m.status <> 4
  group by t.member_id
  having sum(case %(metric)s when 'spend' then t.spend_minor when 'points' then t.points else t.orders end) >= %(threshold)s
) as reaching;
