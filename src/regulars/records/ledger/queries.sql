-- name: select_wallets
select
  w.program_id, w.wallet_id, w.code, w.kind, w.unit, w.expiry, w.pending_days, w.waits_for_event, w.debt_policy,
  w.debt_max_points, w.giving, w.point_value_micros
from ledger.wallet as w
where w.program_id = %(program_id)s
order by w.wallet_id;

-- name: upsert_wallet
-- The kind stays: what was counted in a wallet cannot become something else. Where points end otherwise than before,
-- their ends are looked through anew.
insert into ledger.wallet (
  program_id, code, kind, unit, expiry, pending_days, waits_for_event, debt_policy, debt_max_points, giving, point_value_micros
)
values (
  %(program_id)s, %(code)s, %(kind)s, %(unit)s::jsonb, %(expiry)s::jsonb, %(pending_days)s, %(waits_for_event)s,
  %(debt_policy)s, %(debt_max_points)s, %(giving)s::jsonb, %(point_value_micros)s
)
on conflict (program_id, code) do update
set unit = excluded.unit, expiry = excluded.expiry, pending_days = excluded.pending_days,
    waits_for_event = excluded.waits_for_event, debt_policy = excluded.debt_policy,
    debt_max_points = excluded.debt_max_points, giving = excluded.giving, point_value_micros = excluded.point_value_micros,
    announced_to = case when wallet.expiry = excluded.expiry then wallet.announced_to end
returning wallet_id;

-- name: select_posted
-- Transfers that were posted before, with what they moved; the days name the few parts of the journal to look in.
select e.transfer_id, e.expires_on, e.active_on, e.points, e.contra
from unnest(%(member_id)s::uuid[], %(transfer_id)s::uuid[]) as t (member_id, transfer_id)
join ledger.entry as e on e.member_id = t.member_id and e.transfer_id = t.transfer_id
where e.on_date between %(from_on)s and %(to_on)s
order by e.transfer_id, e.part;

-- name: grow_lots
-- In key order, as every writer does. What is announced by its own earning is so only while nothing else is in the lot.
insert into ledger.lot as l (member_id, wallet_id, expires_on, active_on, remaining, announced_on)
select t.member_id, t.wallet_id, t.expires_on, t.active_on, t.points, t.announced_on
from unnest(
  %(member_id)s::uuid[], %(wallet_id)s::smallint[], %(expires_on)s::date[], %(active_on)s::date[], %(points)s::bigint[],
  %(announced_on)s::date[]
) as t (member_id, wallet_id, expires_on, active_on, points, announced_on)
order by t.member_id, t.wallet_id, t.expires_on, t.active_on
on conflict (member_id, wallet_id, expires_on, active_on) do update
set remaining = l.remaining + excluded.remaining,
    announced_on = case
      when l.announced_on is null and l.remaining = 0 and l.expires_on >= %(today)s then excluded.announced_on
      else l.announced_on
    end;

-- name: shrink_lots
-- A check keeps lots from going below zero.
update ledger.lot as l
set remaining = l.remaining + t.points
from unnest(
  %(member_id)s::uuid[], %(wallet_id)s::smallint[], %(expires_on)s::date[], %(active_on)s::date[], %(points)s::bigint[]
) as t (member_id, wallet_id, expires_on, active_on, points)
where l.member_id = t.member_id and l.wallet_id = t.wallet_id and l.expires_on = t.expires_on and l.active_on = t.active_on;

-- name: select_debts
-- Who owes, among members that just earned.
select l.member_id, l.wallet_id, -l.remaining as owed
from ledger.lot as l
where l.member_id = any(%(member_ids)s::uuid[]) and l.active_on = '9999-12-31' and l.remaining < 0;

-- name: select_lots
select l.member_id, l.wallet_id, l.expires_on, l.active_on, l.remaining
from ledger.lot as l
where l.member_id = any(%(member_ids)s::uuid[]) and l.remaining <> 0
order by l.member_id, l.wallet_id, l.expires_on, l.active_on;

-- name: select_held
select h.member_id, h.wallet_id, sum(h.points - h.captured_points)::bigint as held
from ledger.hold as h
where h.member_id = any(%(member_ids)s::uuid[]) and h.state = 1
group by h.member_id, h.wallet_id;

-- name: select_heads
-- The first entries of a member's newest transfers: one line of a statement each.
select e.entry_id, e.transfer_id, e.kind, e.occurred_at, e.recorded_at, e.on_date, e.subject_id, e.reason
from ledger.entry as e
where e.member_id = %(member_id)s and e.wallet_id = %(wallet_id)s and e.part = 0
  and (%(before_at)s::timestamptz is null or (e.occurred_at, e.entry_id) < (%(before_at)s, %(before_id)s::uuid))
order by e.occurred_at desc, e.entry_id desc
limit %(limit)s;

-- name: select_bodies
-- What the transfers of a page moved in all.
select e.transfer_id, sum(e.points)::bigint as points, min(e.active_on) as active_on, min(e.expires_on) as expires_on
from unnest(%(transfer_id)s::uuid[]) as t (transfer_id)
join ledger.entry as e on e.member_id = %(member_id)s and e.transfer_id = t.transfer_id
where e.on_date between %(from_on)s and %(to_on)s and e.wallet_id = %(wallet_id)s
group by e.transfer_id;

-- name: sum_until
-- What the member had once everything up to an entry had happened, that entry's transfer included or not.
select coalesce(sum(e.points), 0)::bigint
from ledger.entry as e
where e.member_id = %(member_id)s and e.wallet_id = %(wallet_id)s
  and (%(before_at)s::timestamptz is null or (e.occurred_at, e.entry_id) < (%(before_at)s, %(before_id)s::uuid));

-- name: select_lines
-- A statement of chosen lines, newest first, with the balance each left: the whole story is summed up for it.
with line as (
  select
    min(e.entry_id::text)::uuid as entry_id, e.transfer_id, e.kind, sum(e.points)::bigint as points, e.occurred_at, e.recorded_at,
    min(e.active_on) as active_on, min(e.expires_on) as expires_on, min(e.subject_id::text)::uuid as subject_id,
    (array_agg(e.reason) filter (where e.reason is not null))[1] as reason
  from ledger.entry as e
  where e.member_id = %(member_id)s and e.wallet_id = %(wallet_id)s
  group by e.transfer_id, e.kind, e.occurred_at, e.recorded_at
),
told as (
  select
    line.*, sum(line.points) over (order by line.occurred_at, line.entry_id)::bigint as balance_points
  from line
)
select *
from told as t
where (%(kinds)s::smallint[] is null or t.kind = any(%(kinds)s::smallint[]))
  and (%(before_at)s::timestamptz is null or (t.occurred_at, t.entry_id) < (%(before_at)s, %(before_id)s::uuid))
  and (%(subject_id)s::uuid is null or t.subject_id = %(subject_id)s)
  and (%(text)s = '' or t.reason::text ilike '%%' || %(text)s || '%%')
order by t.occurred_at desc, t.entry_id desc
limit %(limit)s;

-- name: select_journal
-- The program's newest entries, one line a transfer and kind. Keyset paging by the first entry of the transfer.
select
  min(e.entry_id::text)::uuid as entry_id, e.member_id, e.transfer_id, e.kind, sum(e.points)::bigint as points,
  e.occurred_at, e.recorded_at, min(e.active_on) as active_on, min(e.expires_on) as expires_on,
  min(e.subject_id::text)::uuid as subject_id, (array_agg(e.reason) filter (where e.reason is not null))[1] as reason
from (
  select entry.*
  from ledger.entry
  where entry.wallet_id = %(wallet_id)s
    and (%(kinds)s::smallint[] is null or entry.kind = any(%(kinds)s::smallint[]))
    and (%(from_on)s::date is null or entry.on_date >= %(from_on)s)
    and (%(to_on)s::date is null or entry.on_date <= %(to_on)s)
    and (%(before_at)s::timestamptz is null or (entry.occurred_at, entry.entry_id) < (%(before_at)s, %(before_id)s::uuid))
  order by entry.occurred_at desc, entry.entry_id desc
  limit %(limit)s * 4
) as e
group by e.member_id, e.transfer_id, e.kind, e.occurred_at, e.recorded_at
order by e.occurred_at desc, entry_id desc
limit %(limit)s;

-- name: select_entries
-- The whole story of one wallet, as it was written: ids of entries rise with time.
select
  e.entry_id, e.transfer_id, e.part, e.kind, e.contra, e.points, e.expires_on, e.active_on, e.occurred_at, e.recorded_at,
  e.reason, e.on_date
from ledger.entry as e
where e.member_id = %(member_id)s and e.wallet_id = %(wallet_id)s
order by e.entry_id;

-- name: select_subject_moves
-- What transfers of one kind took for a subject, lot by lot: what a restore gives back.
select e.expires_on, e.active_on, sum(e.points)::bigint as points
from ledger.entry as e
where e.member_id = any(%(member_ids)s::uuid[]) and e.wallet_id = %(wallet_id)s and e.subject_id = %(subject_id)s
  and e.contra = %(contra)s
group by e.expires_on, e.active_on
having sum(e.points) <> 0
order by e.expires_on, e.active_on;

-- name: select_spent_on
-- What paid for an order or a redemption, and what of it was given back, in every wallet.
select
  e.wallet_id, e.expires_on, e.active_on, -coalesce(sum(e.points) filter (where e.points < 0), 0)::bigint as spent,
  coalesce(sum(e.points) filter (where e.points > 0), 0)::bigint as given_back
from ledger.entry as e
where e.member_id = any(%(member_ids)s::uuid[]) and e.subject_id = %(subject_id)s and e.contra = 2
group by e.wallet_id, e.expires_on, e.active_on
order by e.wallet_id, e.expires_on, e.active_on;

-- name: select_visits
-- The days that show that a member was there: they move on the end of points that end by inactivity.
select distinct e.on_date
from ledger.entry as e
where e.member_id = any(%(member_ids)s::uuid[]) and e.wallet_id = %(wallet_id)s and e.on_date >= %(since_on)s
  and e.kind = any(%(kinds)s::smallint[])
order by e.on_date;

-- name: select_hold_moves
-- Only what is held counts: a hold that moved to another account has a second leg towards the account it left.
select e.expires_on, e.active_on, -sum(e.points)::bigint as points
from ledger.entry as e
where e.member_id = %(member_id)s and e.transfer_id = %(transfer_id)s and e.contra = 5
group by e.expires_on, e.active_on
order by e.expires_on, e.active_on;

-- name: select_given
-- What an account gave away on a day, transfer by transfer, each with its reason.
select -sum(e.points)::bigint as points, (array_agg(e.reason) filter (where e.reason is not null))[1] as reason
from ledger.entry as e
where e.member_id = %(member_id)s and e.wallet_id = %(wallet_id)s and e.on_date = %(on_date)s and e.kind = 12
group by e.transfer_id;

-- name: insert_hold
insert into ledger.hold (member_id, hold_id, wallet_id, external_id, points, opened_at, ends_at)
values (%(member_id)s, %(hold_id)s, %(wallet_id)s, %(external_id)s, %(points)s, %(opened_at)s, %(ends_at)s);

-- name: select_holds
select
  h.member_id, h.hold_id, h.wallet_id, h.external_id, h.points, h.captured_points, h.state, h.opened_at, h.ends_at, h.order_id
from ledger.hold as h
where h.member_id = any(%(member_ids)s::uuid[]) and (h.state = 1 or h.hold_id = any(%(hold_ids)s::uuid[]))
order by h.member_id, h.hold_id;

-- name: select_due_holds
select h.member_id, h.hold_id
from ledger.hold as h
where h.state = 1 and h.ends_at <= %(at)s
order by h.member_id, h.hold_id
limit %(limit)s;

-- name: update_hold
update ledger.hold
set state = %(state)s, captured_points = %(captured_points)s, order_id = %(order_id)s
where member_id = %(member_id)s and hold_id = %(hold_id)s and state = 1;

-- name: insert_adjustment
insert into ledger.adjustment (
  member_id, adjustment_id, wallet_id, reference, points, shown_reason, hidden_note, asked_by, asked_name, asked_person,
  asked_at, on_date, state
)
values (
  %(member_id)s, %(adjustment_id)s, %(wallet_id)s, %(reference)s, %(points)s, %(shown_reason)s, %(hidden_note)s,
  %(asked_by)s, %(asked_name)s, %(asked_person)s, %(asked_at)s, %(on_date)s, %(state)s
);

-- name: select_adjustment
select
  a.member_id, a.adjustment_id, a.wallet_id, a.reference, a.points, a.shown_reason, a.hidden_note, a.asked_by, a.asked_name,
  a.asked_person, a.asked_at, a.on_date, a.state, a.decided_by, a.decided_name, a.decided_at, a.decision_note
from ledger.adjustment as a
where a.member_id = %(member_id)s and a.adjustment_id = %(adjustment_id)s;

-- name: select_adjustments
-- The newest adjustments of a program's wallets, of one member where one is named. Keyset paging.
select
  a.member_id, a.adjustment_id, a.wallet_id, a.reference, a.points, a.shown_reason, a.hidden_note, a.asked_by, a.asked_name,
  a.asked_person, a.asked_at, a.on_date, a.state, a.decided_by, a.decided_name, a.decided_at, a.decision_note
from ledger.adjustment as a
where a.wallet_id = any(%(wallet_ids)s::smallint[])
  and (%(member_id)s::uuid is null or a.member_id = %(member_id)s)
  and a.state = any(%(states)s::smallint[])
  and (%(before_at)s::timestamptz is null or (a.asked_at, a.adjustment_id) < (%(before_at)s, %(before_id)s::uuid))
order by a.asked_at desc, a.adjustment_id desc
limit %(limit)s;

-- name: count_waiting_adjustments
select count(*), min(a.asked_at)
from ledger.adjustment as a
where a.state = 2 and a.wallet_id = any(%(wallet_ids)s::smallint[]);

-- name: update_adjustment
update ledger.adjustment
set state = %(state)s, decided_by = %(decided_by)s, decided_name = %(decided_name)s, decided_at = %(decided_at)s,
    decision_note = %(decision_note)s
where member_id = %(member_id)s and adjustment_id = %(adjustment_id)s and state = 2;

-- name: lock_actor
-- Until the transaction ends: two adjustments at once must not both see the same allowance left.
select pg_advisory_xact_lock(%(lock_key)s::bigint);

-- name: sum_alone
-- What somebody moved on a day without anybody else.
select coalesce(sum(abs(a.points)), 0)::bigint
from ledger.adjustment as a
where a.asked_by = %(asked_by)s and a.on_date = %(on_date)s and a.state = 1 and a.wallet_id = any(%(wallet_ids)s::smallint[]);

-- name: select_allowances
select a.kind, a.once_points_max, a.day_points_max
from ledger.allowance as a
where a.program_id = %(program_id)s;

-- name: upsert_allowance
insert into ledger.allowance (program_id, kind, once_points_max, day_points_max)
values (%(program_id)s, %(kind)s, %(once_points_max)s, %(day_points_max)s)
on conflict (program_id, kind) do update
set once_points_max = excluded.once_points_max, day_points_max = excluded.day_points_max;

-- name: select_covered_months
-- Months that have a part of the journal of their own.
select c.relname
from pg_catalog.pg_inherits as i
join pg_catalog.pg_class as c on c.oid = i.inhrelid
where i.inhparent = 'ledger.entry'::regclass;

-- name: select_other_months
-- Months of which entries lie where no part was made for them.
select distinct date_trunc('month', e.on_date)::date as month_on
from ledger.entry_other as e
where e.on_date >= %(from_on)s and e.on_date < %(until_on)s;

-- name: select_due_lots
-- Members with lots whose last day is over, or whose first day has come: what closing a day must move.
select l.member_id, l.wallet_id, l.expires_on, l.active_on, l.remaining
from ledger.lot as l
where least(case when l.active_on > '0001-01-01' then l.active_on end, l.expires_on + 1) <= %(today)s
  and l.remaining > 0
  and l.wallet_id = any(%(wallet_ids)s::smallint[])
order by least(case when l.active_on > '0001-01-01' then l.active_on end, l.expires_on + 1)
limit %(limit)s;

-- name: select_announced_to
select w.wallet_id, w.announced_to
from ledger.wallet as w
where w.wallet_id = any(%(wallet_ids)s::smallint[]);

-- name: update_announced_to
-- Written only when a new day has come, not by every look.
update ledger.wallet as w
set announced_to = t.to_on
from unnest(%(wallet_id)s::smallint[], %(to_on)s::date[]) as t (wallet_id, to_on)
where w.wallet_id = t.wallet_id and (w.announced_to is null or w.announced_to < t.to_on);

-- name: select_unannounced
-- Lots whose end has come near, by the index that closing has: points that are usable (or wait for an event) stand in it
-- at the day after their end; those that wait for a day come to it when they become usable.
select l.member_id, l.wallet_id, l.expires_on, l.active_on
from ledger.lot as l
where l.wallet_id = %(wallet_id)s
  and least(case when l.active_on > '0001-01-01' then l.active_on end, l.expires_on + 1) > %(from_on)s
  and least(case when l.active_on > '0001-01-01' then l.active_on end, l.expires_on + 1) <= %(to_on)s::date + 1
  and l.expires_on between %(from_on)s and %(to_on)s and l.remaining > 0 and l.announced_on is null
order by least(case when l.active_on > '0001-01-01' then l.active_on end, l.expires_on + 1)
limit %(limit)s;

-- name: mark_announced
-- Changes no column of an index: the rows stay in their pages.
update ledger.lot as l
set announced_on = %(today)s
from unnest(%(member_id)s::uuid[], %(wallet_id)s::smallint[], %(expires_on)s::date[], %(active_on)s::date[]) as t (
  member_id, wallet_id, expires_on, active_on
)
where l.member_id = t.member_id and l.wallet_id = t.wallet_id and l.expires_on = t.expires_on and l.active_on = t.active_on
  and l.announced_on is null;

-- name: sum_ending
-- All that ends for an account in a wallet with a day.
select l.member_id, l.wallet_id, l.expires_on, sum(l.remaining)::bigint as points
from (
  select distinct t.member_id, t.wallet_id, t.expires_on
  from unnest(%(member_id)s::uuid[], %(wallet_id)s::smallint[], %(expires_on)s::date[]) as t (member_id, wallet_id, expires_on)
) as d
join ledger.lot as l on l.member_id = d.member_id and l.wallet_id = d.wallet_id and l.expires_on = d.expires_on
group by l.member_id, l.wallet_id, l.expires_on;

-- name: upsert_notices
-- In key order, as every writer does.
insert into ledger.notice as n (member_id, wallet_id, expires_on, points, told_on)
select t.member_id, t.wallet_id, t.expires_on, t.points, %(told_on)s::date
from unnest(%(member_id)s::uuid[], %(wallet_id)s::smallint[], %(expires_on)s::date[], %(points)s::bigint[]) as t (
  member_id, wallet_id, expires_on, points
)
order by t.member_id, t.wallet_id, t.expires_on
on conflict (member_id, wallet_id, expires_on) do update set points = excluded.points, told_on = excluded.told_on;

-- name: select_announced
-- Of lots that are over: when their end was announced.
select l.member_id, l.wallet_id, l.expires_on, l.active_on, l.announced_on
from ledger.lot as l
where l.member_id = any(%(member_ids)s::uuid[]) and l.expires_on < %(today)s and l.remaining > 0 and l.announced_on is not null;

-- name: select_notices
select n.wallet_id, n.expires_on, n.points, n.told_on
from ledger.notice as n
where n.member_id = %(member_id)s and n.expires_on >= %(today)s
order by n.expires_on, n.wallet_id;

-- name: sum_expired_unannounced
-- Points that expired although nobody had said that they would. The lots may be gone: their last entry tells.
select coalesce(-sum(e.points), 0)::bigint
from ledger.entry as e
where e.kind = 3 and (e.reason ->> 'announced_on') is null;

-- name: delete_spent_lots
delete from ledger.lot
where remaining = 0 and least(case when active_on > '0001-01-01' then active_on end, expires_on + 1) <= %(today)s;

-- name: count_books
-- The proof of the books: entries, lots, and every place where they differ.
with by_lot as (
  select e.member_id, e.wallet_id, e.expires_on, e.active_on, sum(e.points) as points
  from ledger.entry as e
  group by e.member_id, e.wallet_id, e.expires_on, e.active_on
)
select
  (select count(*) from ledger.entry) as entries,
  (select coalesce(sum(entry.points), 0) from ledger.entry)::bigint as entry_points,
  (select count(*) from ledger.lot) as lots,
  (select coalesce(sum(lot.remaining), 0) from ledger.lot)::bigint as lot_points,
  count(*) filter (where coalesce(b.points, 0) <> coalesce(l.remaining, 0)) as lots_wrong,
  count(*) filter (where l.remaining < 0 and l.active_on <> '9999-12-31') as lots_negative
from by_lot as b
full join ledger.lot as l
  on l.member_id = b.member_id and l.wallet_id = b.wallet_id and l.expires_on = b.expires_on and l.active_on = b.active_on;

-- name: select_wrong_lots
-- Where they differ: whose lot, and what each of both says. What count_books counted, by name.
select
  coalesce(b.member_id, l.member_id) as member_id, w.program_id, w.code,
  coalesce(b.expires_on, l.expires_on) as expires_on, coalesce(b.active_on, l.active_on) as active_on,
  coalesce(b.points, 0)::bigint as replayed, coalesce(l.remaining, 0)::bigint as stored
from (
  select e.member_id, e.wallet_id, e.expires_on, e.active_on, sum(e.points) as points
  from ledger.entry as e
  group by e.member_id, e.wallet_id, e.expires_on, e.active_on
) as b
full join ledger.lot as l
  on l.member_id = b.member_id and l.wallet_id = b.wallet_id and l.expires_on = b.expires_on and l.active_on = b.active_on
join ledger.wallet as w on w.wallet_id = coalesce(b.wallet_id, l.wallet_id)
where coalesce(b.points, 0) <> coalesce(l.remaining, 0)
order by member_id, w.wallet_id, expires_on, active_on
limit %(limit)s;

-- name: count_odd_transfers
-- Transfers within the member's own points, and captures, must net to zero.
select count(*)
from (
  select e.member_id, e.transfer_id
  from ledger.entry as e
  where e.kind in (7, 10, 11, 14, 15, 17)
  group by e.member_id, e.transfer_id
  having sum(e.points) <> 0
) as odd;

-- name: count_odd_gifts
-- What one account gave another received, whole.
select count(*)
from (
  select e.subject_id
  from ledger.entry as e
  where e.contra = 7
  group by e.subject_id
  having sum(e.points) <> 0
) as odd;

-- name: count_odd_holds
-- What open holds set aside equals what the journal says is held.
select count(*)
from (
  select coalesce(h.member_id, e.member_id) as member_id
  from (
    select entry.member_id, -sum(entry.points) as points
    from ledger.entry
    where entry.contra = 5
    group by entry.member_id
  ) as e
  full join (
    select hold.member_id, sum(hold.points) as points
    from ledger.hold
    where hold.state = 1
    group by hold.member_id
  ) as h on h.member_id = e.member_id
  where coalesce(e.points, 0) <> coalesce(h.points, 0)
) as odd;

-- name: select_day_totals
-- Redeemed points are told apart by their contra, for a captured hold nets to zero within the member's own points;
-- issued ones are what orders earned and people added, apart from what people took.
select
  e.on_date, e.kind, sum(e.points)::bigint as points, count(distinct e.transfer_id) as transfers,
  -coalesce(sum(e.points) filter (where e.contra = 2), 0)::bigint as redeemed,
  coalesce(sum(e.points) filter (where e.kind in (1, 6) and e.points > 0), 0)::bigint as issued
from ledger.entry as e
where e.wallet_id = %(wallet_id)s and e.on_date between %(from_on)s and %(to_on)s
group by e.on_date, e.kind
order by e.on_date, e.kind;

-- name: select_outstanding
-- Points the program owes on a day, apart by what they are.
select
  coalesce(sum(l.remaining) filter (where l.active_on <= %(today)s and l.expires_on >= %(today)s), 0)::bigint as available,
  coalesce(sum(l.remaining) filter (where l.active_on > %(today)s and l.active_on < '9999-12-31'), 0)::bigint as pending,
  -coalesce(sum(l.remaining) filter (where l.active_on = '9999-12-31'), 0)::bigint as debt,
  coalesce(sum(l.remaining) filter (where l.active_on <= %(today)s and l.expires_on between %(today)s and %(soon)s), 0)::bigint as ending,
  count(distinct l.member_id) filter (where l.remaining > 0 and l.active_on <= %(today)s and l.expires_on between %(today)s and %(soon)s) as ending_members,
  count(*) filter (where l.active_on = '9999-12-31' and l.remaining < 0) as owing_members
from ledger.lot as l
where l.wallet_id = %(wallet_id)s;

-- name: select_owing
-- Who owes points after a return, most first: a person may talk to them or forgive it.
select l.member_id, -l.remaining as owed
from ledger.lot as l
where l.wallet_id = %(wallet_id)s and l.active_on = '9999-12-31' and l.remaining < 0
order by owed desc, l.member_id asc
limit %(limit)s;

-- name: select_ending
-- Whose points end soon, most first: whom to remind.
select l.member_id, sum(l.remaining)::bigint as points, min(l.expires_on) as first_on
from ledger.lot as l
where l.wallet_id = %(wallet_id)s and l.remaining > 0 and l.active_on <= %(today)s and l.expires_on between %(today)s and %(soon)s
group by l.member_id
order by points desc, l.member_id asc
limit %(limit)s;
