-- name: insert_seen
-- The permanent memory of what was taken in. In key order, so that two batches never wait for each other in a ring.
insert into activities.seen (key, program_id, member_id, activity_id, content_digest)
select t.key, %(program_id)s, t.member_id, t.activity_id, t.content_digest
from unnest(%(key)s::uuid[], %(member_id)s::uuid[], %(activity_id)s::uuid[], %(content_digest)s::bytea[]) as t (
  key, member_id, activity_id, content_digest
)
order by t.key
on conflict (key) do nothing
returning key;

-- name: select_seen
select s.key, s.member_id, s.activity_id, s.content_digest
from activities.seen as s
where s.key = any(%(keys)s::uuid[]);

-- name: delete_seen
-- A claim of this very transaction whose activity was refused after all.
delete from activities.seen
where key = any(%(keys)s::uuid[]);

-- name: select_awards
select a.wallet_id, a.points, a.active_on, a.expires_on, a.reversed_points
from activities.award as a
where a.member_id = %(member_id)s and a.order_id = %(order_id)s
order by a.wallet_id;

-- name: update_awards_reversed
update activities.award as a
set reversed_points = a.reversed_points + t.points
from unnest(%(wallet_id)s::smallint[], %(points)s::bigint[]) as t (wallet_id, points)
where a.member_id = %(member_id)s and a.order_id = %(order_id)s and a.wallet_id = t.wallet_id;

-- name: complete_purchase
-- What waited for the order to be completed no longer does.
update activities.purchase
set active_on = case when active_on = %(waiting_on)s then '0001-01-01' else active_on end
where member_id = %(member_id)s and order_id = %(order_id)s;

-- name: complete_awards
update activities.award
set active_on = '0001-01-01'
where member_id = %(member_id)s and order_id = %(order_id)s and active_on = %(waiting_on)s;

-- name: select_purchases
select
  p.member_id, p.order_id, p.account_id, p.source, p.external_id, p.occurred_at, p.recorded_at, p.on_date, p.currency, p.total_minor,
  p.points_paid_minor, p.eligible_minor, p.award_points, p.active_on, p.expires_on, p.store, p.channel, p.till, p.receipt,
  p.returned_minor, p.reversed_points, p.restored_points, p.burned_points, p.generation, p.reinstated, p.answer
from activities.purchase as p
where p.member_id = any(%(member_ids)s::uuid[]) and p.order_id = any(%(order_ids)s::uuid[]);

-- name: select_member_purchases
select
  p.member_id, p.order_id, p.account_id, p.source, p.external_id, p.occurred_at, p.recorded_at, p.on_date, p.currency, p.total_minor,
  p.points_paid_minor, p.eligible_minor, p.award_points, p.active_on, p.expires_on, p.store, p.channel, p.till, p.receipt,
  p.returned_minor, p.reversed_points, p.restored_points, p.burned_points, p.generation, p.reinstated, null::jsonb as answer
from activities.purchase as p
where p.member_id = %(member_id)s and (%(before_at)s::timestamptz is null or p.occurred_at < %(before_at)s)
order by p.occurred_at desc, p.order_id desc
limit %(limit)s;

-- name: select_newest
-- The program's orders by day, so that the index on days serves the first page at once.
select
  p.member_id, p.order_id, p.account_id, p.source, p.external_id, p.occurred_at, p.recorded_at, p.on_date, p.currency, p.total_minor,
  p.points_paid_minor, p.eligible_minor, p.award_points, p.active_on, p.expires_on, p.store, p.channel, p.till, p.receipt,
  p.returned_minor, p.reversed_points, p.restored_points, p.burned_points, p.generation, p.reinstated, null::jsonb as answer
from activities.purchase as p
where p.program_id = %(program_id)s
  and (%(text)s = '' or p.external_id ilike %(text)s || '%%')
  and (
    %(before_on)s::date is null
    or (p.on_date, p.occurred_at, p.order_id) < (%(before_on)s, %(before_at)s::timestamptz, %(before_id)s::uuid)
  )
order by p.on_date desc, p.occurred_at desc, p.order_id desc
limit %(limit)s;

-- name: select_refunds
-- What came back of one order.
select
  r.refund_id, r.external_id, r.occurred_at, r.reason, r.amount_minor, r.reversed_points, r.restored_points,
  r.order_id, r.status, r.lines, r.answer
from activities.refund as r
where r.member_id = %(member_id)s and r.order_id = %(order_id)s
order by r.occurred_at desc, r.refund_id desc;

-- name: select_refund
select
  r.refund_id, r.external_id, r.occurred_at, r.reason, r.amount_minor, r.reversed_points, r.restored_points,
  r.order_id, r.status, r.lines, r.answer
from activities.refund as r
where r.member_id = %(member_id)s and r.refund_id = %(refund_id)s;

-- name: select_lines
select
  l.line_no, l.line_id, l.kind, l.sku, l.title, l.category, l.quantity, l.amount_minor, l.eligible_minor, l.points,
  l.tax_minor, l.discount_minor, l.returned_quantity, l.returned_minor
from activities.purchase_line as l
where l.member_id = %(member_id)s and l.order_id = %(order_id)s
order by l.line_no;

-- name: select_bought
-- What a member bought of some articles up to a time and has not brought back, newest order first.
select l.order_id, p.source, p.external_id, l.line_id, l.sku, l.quantity - l.returned_quantity as quantity_left
from activities.purchase as p
join activities.purchase_line as l on l.member_id = p.member_id and l.order_id = p.order_id
where p.member_id = %(member_id)s
  and p.program_id = %(program_id)s
  and p.occurred_at <= %(until_at)s
  and l.sku = any(%(skus)s::text[])
  and l.quantity > l.returned_quantity
order by p.occurred_at desc, l.order_id desc, l.line_no asc;

-- name: select_twins
-- Purchases with the same store, till, receipt, total and day under another id: a person decides.
select p.member_id, p.order_id, p.receipt, p.total_minor, p.on_date, p.store, p.till
from activities.purchase as p
where p.member_id = any(%(member_ids)s::uuid[]) and p.receipt = any(%(receipts)s::text[]) and p.receipt <> '';

-- name: insert_suspects
insert into activities.suspect (member_id, order_id, twin_order_id, found_at)
select t.member_id, t.order_id, t.twin_order_id, %(found_at)s::timestamptz
from unnest(%(member_id)s::uuid[], %(order_id)s::uuid[], %(twin_order_id)s::uuid[]) as t (member_id, order_id, twin_order_id)
on conflict (member_id, order_id) do nothing;

-- name: update_answers
-- A warning that was found after the order was written belongs to the answer that is told again.
update activities.purchase as p
set answer = t.answer::jsonb
from unnest(%(member_id)s::uuid[], %(order_id)s::uuid[], %(answer)s::text[]) as t (member_id, order_id, answer)
where p.member_id = t.member_id and p.order_id = t.order_id;

-- name: select_suspects
select s.member_id, s.order_id, s.twin_order_id, s.found_at
from activities.suspect as s
where s.decided_at is null
order by s.found_at desc
limit %(limit)s;

-- name: decide_suspect
update activities.suspect set decided_at = %(at)s
where member_id = %(member_id)s and order_id = %(order_id)s and decided_at is null;

-- name: note_reinstated
-- The first generation knows how many there are; nothing when another one came in between.
update activities.purchase set reinstated = %(generation)s - 1
where member_id = %(member_id)s and order_id = %(order_id)s and reinstated = %(generation)s - 2
returning order_id;

-- name: update_purchase_returned
update activities.purchase
set returned_minor = returned_minor + %(amount_minor)s, reversed_points = reversed_points + %(points)s,
    restored_points = restored_points + %(restore_points)s
where member_id = %(member_id)s and order_id = %(order_id)s;

-- name: update_lines_returned
update activities.purchase_line as l
set returned_quantity = l.returned_quantity + t.quantity, returned_minor = l.returned_minor + t.amount_minor
from unnest(%(line_no)s::smallint[], %(quantity)s::integer[], %(amount_minor)s::bigint[]) as t (line_no, quantity, amount_minor)
where l.member_id = %(member_id)s and l.order_id = %(order_id)s and l.line_no = t.line_no;

-- name: insert_refund
insert into activities.refund (
  member_id, refund_id, order_id, program_id, source, external_id, occurred_at, recorded_at, on_date, reason, amount_minor,
  lines, reversed_points, restored_points, answer, status
)
values (
  %(member_id)s, %(refund_id)s, %(order_id)s, %(program_id)s, %(source)s, %(external_id)s, %(occurred_at)s, %(recorded_at)s,
  %(on_date)s, %(reason)s, %(amount_minor)s, %(lines)s::jsonb, %(reversed_points)s, %(restored_points)s, %(answer)s::jsonb,
  %(status)s
);

-- name: select_pending
-- What returns that are not settled yet would bring back of an order.
select r.amount_minor, r.lines
from activities.refund as r
where r.member_id = %(member_id)s and r.order_id = %(order_id)s and r.status = 'pending';

-- name: settle_refund
update activities.refund
set status = %(status)s, recorded_at = %(at)s, reversed_points = %(reversed_points)s, restored_points = %(restored_points)s,
    answer = %(answer)s::jsonb
where member_id = %(member_id)s and refund_id = %(refund_id)s and status = 'pending'
returning refund_id;

-- name: sum_refunded
-- What returns since an instant took from members, less what they gave back, in the first wallet.
select coalesce(sum(r.reversed_points - r.restored_points), 0)::bigint
from activities.refund as r
where r.member_id = any(%(member_ids)s::uuid[]) and r.recorded_at >= %(since_at)s;

-- name: has_chargeback
select exists(
  select from activities.refund as r
  where r.member_id = %(member_id)s and r.reason = 'chargeback' and r.status <> 'failed'
);

-- name: insert_parked
insert into activities.parked (
  parked_id, program_id, kind, waits_for, source, external_id, content_digest, body, parked_at, until_at
)
values (
  %(parked_id)s, %(program_id)s, %(kind)s, %(waits_for)s, %(source)s, %(external_id)s, %(content_digest)s, %(body)s::jsonb,
  %(parked_at)s, %(until_at)s
)
on conflict (program_id, kind, source, external_id) do nothing
returning parked_id;

-- name: select_parked
select p.parked_id, p.kind, p.source, p.external_id, p.body, p.parked_at, p.until_at
from activities.parked as p
where p.waits_for = any(%(waits_for)s::uuid[]) and p.settled_at is null
order by p.parked_at, p.parked_id;

-- name: select_parked_one
select p.parked_id, p.content_digest, p.settled_at
from activities.parked as p
where p.program_id = %(program_id)s and p.kind = %(kind)s and p.source = %(source)s and p.external_id = %(external_id)s;

-- name: select_waiting
-- What has waited too long, or still waits: for the screen of things that need a person.
select p.parked_id, p.kind, p.source, p.external_id, p.body, p.parked_at, p.until_at
from activities.parked as p
where p.program_id = %(program_id)s and p.settled_at is null
order by p.parked_at
limit %(limit)s;

-- name: forget_parked
-- What waits, or waited, for somebody who is to be forgotten: under what they were known by, or under their id.
delete from activities.parked
where program_id = %(program_id)s
  and (waits_for = any(%(keys)s::uuid[]) or body ->> 'member' = any(%(members)s::text[]));

-- name: settle_parked
update activities.parked set settled_at = %(at)s
where parked_id = %(parked_id)s and settled_at is null;

-- name: insert_inbox
insert into activities.inbox (inbox_id, program_id, path, code, body_sealed, received_at)
values (%(inbox_id)s, %(program_id)s, %(path)s, %(code)s, %(body_sealed)s, %(received_at)s);

-- name: select_inbox
select i.inbox_id, i.program_id, i.path, i.code, i.body_sealed, i.received_at, i.replayed_at
from activities.inbox as i
where i.program_id = %(program_id)s
order by i.received_at desc
limit %(limit)s;

-- name: delete_old_inbox
delete from activities.inbox where received_at < %(before_at)s;

-- name: count_purchases
select count(*), coalesce(sum(p.total_minor), 0)::bigint, coalesce(sum(p.returned_minor), 0)::bigint
from activities.purchase as p
where p.program_id = %(program_id)s;

-- name: count_odd_awards
-- Orders whose lines do not carry the award, and orders whose reversal is not what the ledger took.
select count(*)
from activities.purchase as p
where p.award_points <> (
  select coalesce(sum(l.points), 0)
  from activities.purchase_line as l
  where l.member_id = p.member_id and l.order_id = p.order_id
);

-- name: select_event_types
select t.code, t.name, t.attributes
from activities.event_type as t
where t.program_id = %(program_id)s
order by t.code;

-- name: insert_event_type
insert into activities.event_type (program_id, code, name, attributes, created_at)
values (%(program_id)s, %(code)s, %(name)s::jsonb, %(attributes)s::jsonb, %(created_at)s)
on conflict (program_id, code) do nothing
returning code;

-- name: lock_event_type
-- Held until the change is written, so that two changes at once cannot narrow each other.
select t.code, t.name, t.attributes
from activities.event_type as t
where t.program_id = %(program_id)s and t.code = %(code)s
for update;

-- name: update_event_type
update activities.event_type set name = %(name)s::jsonb, attributes = %(attributes)s::jsonb
where program_id = %(program_id)s and code = %(code)s;

-- name: select_events
select
  e.member_id, e.event_id, e.source, e.external_id, e.type, e.occurred_at, e.recorded_at, e.on_date, e.data, e.is_rewarded,
  e.award_points, e.answer
from activities.event as e
where e.member_id = any(%(member_ids)s::uuid[]) and e.event_id = any(%(event_ids)s::uuid[]);

-- name: select_member_events
select
  e.member_id, e.event_id, e.source, e.external_id, e.type, e.occurred_at, e.recorded_at, e.on_date, e.data, e.is_rewarded,
  e.award_points, e.answer
from activities.event as e
where e.member_id = %(member_id)s and e.program_id = %(program_id)s
order by e.occurred_at desc, e.event_id desc
limit %(limit)s;

-- name: count_rewarded_events
-- How often a member was rewarded for a type in spans of local days; spans without any are left out.
select t.place, count(*)
from unnest(
  %(place)s::integer[], %(member_id)s::uuid[], %(type)s::text[], %(from_on)s::date[], %(to_on)s::date[]
) as t (place, member_id, type, from_on, to_on)
join activities.event as e
  on e.member_id = t.member_id and e.type = t.type and e.on_date between t.from_on and t.to_on and e.is_rewarded
group by t.place;

-- name: select_past_orders
-- The newest orders of each member between two moments, so many at most.
select o.member_id, o.occurred_at, o.on_date, o.source, o.store, o.channel, o.total_minor, o.returned_minor, o.award_points
from unnest(%(member_ids)s::uuid[]) as m (member_id)
cross join lateral (
  select
    p.member_id, p.occurred_at, p.on_date, p.source, p.store, p.channel, p.total_minor, p.returned_minor, p.award_points
  from activities.purchase as p
  where p.member_id = m.member_id and p.occurred_at >= %(since)s and p.occurred_at < %(until)s
  order by p.occurred_at desc
  limit %(rows_max)s
) as o;

-- name: select_past_lines
-- The newest lines each member bought between two moments, so many at most.
select
  o.member_id, o.occurred_at, o.on_date, o.source, o.store, o.channel, o.kind, o.sku, o.category, o.quantity, o.amount_minor,
  o.returned_minor
from unnest(%(member_ids)s::uuid[]) as m (member_id)
cross join lateral (
  select
    p.member_id, p.occurred_at, p.on_date, p.source, p.store, p.channel, l.kind, l.sku, l.category, l.quantity,
    l.amount_minor, l.returned_minor
  from activities.purchase as p
  join activities.purchase_line as l on l.member_id = p.member_id and l.order_id = p.order_id
  where p.member_id = m.member_id and p.occurred_at >= %(since)s and p.occurred_at < %(until)s
  order by p.occurred_at desc
  limit %(rows_max)s
) as o;

-- name: select_event_days
-- The local days from a day on that have an event of a type.
select distinct e.member_id, e.type, e.on_date
from unnest(%(member_id)s::uuid[], %(type)s::text[], %(from_on)s::date[]) as t (member_id, type, from_on)
join activities.event as e on e.member_id = t.member_id and e.type = t.type and e.on_date >= t.from_on;

-- name: select_kept_lines
-- What members kept of their orders between two moments, order by order in time, a row a line; an order whose lines are not
-- known is one row.
select
  p.member_id, p.order_id, p.occurred_at, p.source, p.external_id, p.total_minor - p.returned_minor as total_minor,
  p.points_paid_minor, p.store, p.channel, p.till, l.line_id, l.kind, l.sku, l.title, l.category, l.quantity, l.amount_minor,
  l.returned_minor, l.tax_minor
from activities.purchase as p
left join activities.purchase_line as l on l.member_id = p.member_id and l.order_id = p.order_id and l.amount_minor > l.returned_minor
where p.member_id = any(%(member_ids)s::uuid[]) and p.program_id = %(program_id)s and p.occurred_at >= %(since)s
  and p.occurred_at < %(until)s and p.total_minor > p.returned_minor
order by p.occurred_at, p.order_id, l.line_no;

-- name: select_buyers
-- Members who kept something of their orders between two moments, by id, and how many orders that is.
select p.member_id, count(*)::bigint as orders
from activities.purchase as p
where p.program_id = %(program_id)s and p.occurred_at >= %(since)s and p.occurred_at < %(until)s and p.total_minor > p.returned_minor
group by p.member_id
order by p.member_id;
