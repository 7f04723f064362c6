-- name: select_pools
select p.program_id, p.pool_id, p.code, p.state, p.terms::text, p.campaign_id, p.version, p.created_at
from coupons.pool as p
where p.program_id = %(program_id)s and (%(code)s::text is null or p.code = %(code)s)
order by p.created_at desc, p.code asc;

-- name: share_pool
-- Whoever uses a coupon and whoever pauses its pool wait for each other: the first to commit stands. Row locks would let
-- those who share go first for ever; these stand in line.
select pg_advisory_xact_lock_shared(%(lock)s);

-- name: own_pool
select pg_advisory_xact_lock(%(lock)s);

-- name: select_named_pools
select p.program_id, p.pool_id, p.code, p.state, p.terms::text, p.campaign_id, p.version, p.created_at
from coupons.pool as p
where p.program_id = %(program_id)s and p.pool_id = any(%(pool_ids)s::uuid[]);

-- name: lock_pool
select p.program_id, p.pool_id, p.code, p.state, p.terms::text, p.campaign_id, p.version, p.created_at
from coupons.pool as p
where p.program_id = %(program_id)s and p.pool_id = %(pool_id)s
for update;

-- name: select_pools_of_campaign
select p.pool_id from coupons.pool as p
where p.program_id = %(program_id)s and p.campaign_id = %(campaign_id)s
order by p.pool_id;

-- name: insert_pool
insert into coupons.pool (program_id, pool_id, code, state, campaign_id, terms, version, created_at)
values (
  %(program_id)s, %(pool_id)s, %(code)s, %(state)s, %(campaign_id)s, %(terms)s::jsonb, %(version)s, %(at)s
)
on conflict (program_id, code) do nothing;

-- name: update_pool
update coupons.pool
set state = %(state)s, campaign_id = %(campaign_id)s, terms = %(terms)s::jsonb, version = %(version)s
where program_id = %(program_id)s and pool_id = %(pool_id)s and version = %(version)s - 1;

-- name: insert_change
insert into coupons.pool_change (program_id, pool_id, version, changed_at, changed_by, fields)
values (%(program_id)s, %(pool_id)s, %(version)s, %(at)s, %(by)s, %(fields)s::jsonb);

-- name: select_changes
select c.version, c.changed_at, c.changed_by, c.fields
from coupons.pool_change as c
where c.program_id = %(program_id)s and c.pool_id = %(pool_id)s
order by c.version desc;

-- name: count_uses
-- Uses that stand, and what is set aside.
select count(*) from coupons.use as u
where u.pool_id = %(pool_id)s and u.state in (1, 2);

-- name: set_uses_left
insert into coupons.stock (pool_id, uses_left) values (%(pool_id)s, %(uses_left)s)
on conflict (pool_id) do update set uses_left = excluded.uses_left;

-- name: claim_use_of_pool
-- The guard of a pool's total: one conditional update, and the row count is the answer.
update coupons.stock set uses_left = uses_left - 1
where pool_id = %(pool_id)s and (uses_left is null or uses_left > 0);

-- name: return_use_of_pool
update coupons.stock set uses_left = uses_left + 1
where pool_id = %(pool_id)s;

-- name: add_codes_left
insert into coupons.stock (pool_id, codes_left) values (%(pool_id)s, %(count)s)
on conflict (pool_id) do update set codes_left = coupons.stock.codes_left + excluded.codes_left;

-- name: claim_codes
-- The guard of the last code: whoever takes from the stock does so one after the other.
update coupons.stock set codes_left = codes_left - %(count)s
where pool_id = %(pool_id)s and codes_left >= %(count)s;

-- name: insert_coupons
-- A code that is taken already is left out; the caller counts what came back.
insert into coupons.coupon (
  code, program_id, pool_id, shown, member_id, uses_left, issued_at, issued_on, ends_on, issue_key
)
select
  c.code, %(program_id)s, %(pool_id)s, c.shown, c.member_id, %(uses_left)s, %(issued_at)s, %(issued_on)s, %(ends_on)s, c.issue_key
from unnest(
  %(code)s::text[], %(shown)s::text[], %(member_id)s::uuid[], %(issue_key)s::uuid[]
) as c (code, shown, member_id, issue_key)
on conflict (code, program_id) do nothing
returning code;

-- name: select_free_codes
-- Any that nobody has yet; the caller took them off the stock, and holds it.
select c.code
from coupons.coupon as c
where c.pool_id = %(pool_id)s and c.issued_at is null and not c.is_void
order by c.code
limit %(count)s;

-- name: hand_out
update coupons.coupon
set member_id = %(member_id)s, issued_at = %(issued_at)s, issued_on = %(issued_on)s, ends_on = %(ends_on)s,
    issue_key = %(issue_key)s
where code = %(code)s and program_id = %(program_id)s and issued_at is null;

-- name: select_issued
select
  c.program_id, c.code, c.shown, c.pool_id, c.member_id, c.uses_left, c.is_void, c.issued_at, c.issued_on, c.ends_on, c.issue_key
from coupons.coupon as c
where c.issue_key = any(%(issue_keys)s::uuid[]) and c.program_id = %(program_id)s;

-- name: select_coupons
select
  c.program_id, c.code, c.shown, c.pool_id, c.member_id, c.uses_left, c.is_void, c.issued_at, c.issued_on, c.ends_on
from coupons.coupon as c
where c.code = any(%(codes)s::text[]) and c.program_id = %(program_id)s;

-- name: select_wallet
select
  c.program_id, c.code, c.shown, c.pool_id, c.member_id, c.uses_left, c.is_void, c.issued_at, c.issued_on, c.ends_on
from coupons.coupon as c
where c.member_id = any(%(member_ids)s::uuid[]) and c.program_id = %(program_id)s
order by c.issued_at desc, c.code asc
limit %(limit)s;

-- name: select_codes
-- The latest codes of a pool, or those that begin like what was typed.
select
  c.program_id, c.code, c.shown, c.pool_id, c.member_id, c.uses_left, c.is_void, c.issued_at, c.issued_on, c.ends_on
from coupons.coupon as c
where c.pool_id = %(pool_id)s and c.program_id = %(program_id)s and c.code > %(after)s
order by c.code
limit %(limit)s;

-- name: claim_use_of_coupon
-- The guard of a code's last use.
update coupons.coupon set uses_left = uses_left - 1
where code = %(code)s and program_id = %(program_id)s and not is_void and (uses_left is null or uses_left > 0);

-- name: return_use_of_coupon
update coupons.coupon set uses_left = uses_left + 1
where code = %(code)s and program_id = %(program_id)s;

-- name: move_coupon
update coupons.coupon set member_id = %(to_member_id)s
where code = %(code)s and program_id = %(program_id)s and member_id = %(from_member_id)s and not is_void
  and (uses_left is null or uses_left > 0);

-- name: void_coupon
update coupons.coupon set is_void = true
where code = %(code)s and program_id = %(program_id)s and not is_void;

-- name: insert_step
insert into coupons.step (code, program_id, step_id, made_at, kind, from_member_id, to_member_id, made_by)
values (
  %(code)s, %(program_id)s, %(step_id)s, %(at)s, %(kind)s, %(from_member_id)s, %(to_member_id)s, %(by)s
);

-- name: select_steps
select s.made_at, s.kind, s.from_member_id, s.to_member_id, s.made_by
from coupons.step as s
where s.code = %(code)s and s.program_id = %(program_id)s
order by s.made_at desc, s.step_id desc;

-- name: insert_use
insert into coupons.use (
  member_id, use_id, program_id, pool_id, code, external_id, state, made_at, on_date, ends_at, order_id, discount_minor
)
values (
  %(member_id)s, %(use_id)s, %(program_id)s, %(pool_id)s, %(code)s, %(external_id)s, %(state)s, %(at)s, %(on_date)s,
  %(ends_at)s, %(order_id)s, %(discount_minor)s
);

-- name: select_uses
select
  u.member_id, u.use_id, u.program_id, u.pool_id, u.code, u.external_id, u.state, u.made_at, u.on_date, u.ends_at, u.order_id,
  u.discount_minor
from coupons.use as u
where u.member_id = any(%(member_ids)s::uuid[])
  and (u.pool_id = any(%(pool_ids)s::uuid[]) or u.external_id = %(external_id)s or u.order_id = %(order_id)s);

-- name: select_uses_of_code
select
  u.member_id, u.use_id, u.program_id, u.pool_id, u.code, u.external_id, u.state, u.made_at, u.on_date, u.ends_at, u.order_id,
  u.discount_minor
from coupons.use as u
where u.code = %(code)s and u.program_id = %(program_id)s
order by u.made_at desc
limit %(limit)s;

-- name: select_due_uses
-- Baskets that were never paid: of all codes, or of one.
select
  u.member_id, u.use_id, u.program_id, u.pool_id, u.code, u.external_id, u.state, u.made_at, u.on_date, u.ends_at, u.order_id,
  u.discount_minor
from coupons.use as u
where u.state = 1 and u.ends_at <= %(at)s and (%(code)s::text is null or u.code = %(code)s)
order by u.ends_at
limit %(limit)s;

-- name: move_use
-- Of two who move a use on, one wins.
update coupons.use
set state = %(state)s, made_at = %(at)s, on_date = %(on_date)s, order_id = %(order_id)s, discount_minor = %(discount_minor)s
where member_id = %(member_id)s and use_id = %(use_id)s and state = %(from_state)s;

-- name: count_coupons
select c.pool_id, count(*), count(c.issued_at)
from coupons.coupon as c
where c.program_id = %(program_id)s and (%(pool_id)s::uuid is null or c.pool_id = %(pool_id)s)
group by c.pool_id;

-- name: sum_uses
select
  u.pool_id, count(*) filter (where u.state = 1), count(*) filter (where u.state = 2),
  coalesce(sum(u.discount_minor) filter (where u.state = 2), 0)::bigint
from coupons.use as u
where u.program_id = %(program_id)s and (%(pool_id)s::uuid is null or u.pool_id = %(pool_id)s) and u.state in (1, 2)
group by u.pool_id;

-- name: insert_batch
insert into coupons.batch (batch_id, program_id, pool_id, external_id, kind, condition, wanted, asked_at, asked_by)
values (
  %(batch_id)s, %(program_id)s, %(pool_id)s, %(external_id)s, %(kind)s, %(condition)s, %(wanted)s, %(at)s, %(by)s
)
on conflict (batch_id) do nothing;

-- name: select_batch
select
  b.batch_id, b.program_id, b.pool_id, b.external_id, b.kind, b.condition, b.wanted, b.made, b.after_member_id, b.is_done,
  b.asked_at, b.asked_by, b.done_at
from coupons.batch as b
where b.batch_id = %(batch_id)s;

-- name: lock_batch
-- One worker at a time goes on with a batch.
select
  b.batch_id, b.program_id, b.pool_id, b.external_id, b.kind, b.condition, b.wanted, b.made, b.after_member_id, b.is_done,
  b.asked_at, b.asked_by, b.done_at
from coupons.batch as b
where b.batch_id = %(batch_id)s
for update;

-- name: select_batches
select
  b.batch_id, b.program_id, b.pool_id, b.external_id, b.kind, b.condition, b.wanted, b.made, b.after_member_id, b.is_done,
  b.asked_at, b.asked_by, b.done_at
from coupons.batch as b
where b.pool_id = %(pool_id)s
order by b.asked_at desc
limit %(limit)s;

-- name: select_open_batches
-- What is asked for and not done, whatever became of its job.
select b.batch_id from coupons.batch as b
where not b.is_done
order by b.asked_at;

-- name: note_batch
-- In the transaction that made the codes: cut off anywhere, both stand or neither.
update coupons.batch
set made = made + %(made)s, after_member_id = %(after_member_id)s, is_done = %(is_done)s, done_at = %(done_at)s
where batch_id = %(batch_id)s;

-- name: lock_guesser
-- Written before it is looked at, so that guesses at the same instant wait for each other.
insert into coupons.guesser (guesser, failed_at, latest_at) values (%(guesser)s, array[]::timestamptz[], %(at)s)
on conflict (guesser) do update set latest_at = excluded.latest_at
returning failed_at;

-- name: note_guess
update coupons.guesser set failed_at = %(failed_at)s::timestamptz[], latest_at = %(at)s
where guesser = %(guesser)s;

-- name: forget_guessers
delete from coupons.guesser
where latest_at < %(before_at)s;
