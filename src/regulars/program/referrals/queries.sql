-- name: select_scheme
select
  s.program_id, s.advocate_points, s.friend_points, s.is_live, s.minimum_minor, s.window_days, s.keep_days, s.cap, s.cap_period,
  s.link
from referrals.scheme as s
where s.program_id = %(program_id)s;

-- name: upsert_scheme
insert into referrals.scheme (
  program_id, advocate_points, friend_points, is_live, minimum_minor, window_days, keep_days, cap, cap_period, link
)
values (
  %(program_id)s, %(advocate_points)s, %(friend_points)s, %(is_live)s, %(minimum_minor)s, %(window_days)s, %(keep_days)s, %(cap)s,
  %(cap_period)s, %(link)s
)
on conflict (program_id) do update
set advocate_points = excluded.advocate_points, friend_points = excluded.friend_points, is_live = excluded.is_live,
    minimum_minor = excluded.minimum_minor, window_days = excluded.window_days, keep_days = excluded.keep_days,
    cap = excluded.cap, cap_period = excluded.cap_period, link = excluded.link;

-- name: insert_change
insert into referrals.change (program_id, change_id, changed_at, changed_by, changes)
values (%(program_id)s, %(change_id)s, %(changed_at)s, %(changed_by)s, %(changes)s::jsonb);

-- name: select_changes
select c.changed_at, c.changed_by, c.changes
from referrals.change as c
where c.program_id = %(program_id)s
order by c.change_id desc;

-- name: insert_advocate
-- Who asks twice at once has one code.
insert into referrals.advocate (member_id, program_id, code, issued_at)
values (%(member_id)s, %(program_id)s, %(code)s, %(at)s)
on conflict (member_id) do nothing
returning code;

-- name: insert_code
insert into referrals.code (program_id, code, member_id) values (%(program_id)s, %(code)s, %(member_id)s);

-- name: select_advocate
select a.code from referrals.advocate as a where a.member_id = %(member_id)s and a.program_id = %(program_id)s;

-- name: select_code
select c.member_id from referrals.code as c where c.program_id = %(program_id)s and c.code = %(code)s;

-- name: insert_traits
insert into referrals.trait (program_id, digest, kind, member_id, seen_at)
select %(program_id)s, t.digest, t.kind, %(member_id)s, %(at)s
from unnest(%(digest)s::bytea[], %(kind)s::text[]) as t (digest, kind)
on conflict (program_id, digest, member_id) do nothing;

-- name: select_traits
select t.kind, t.digest from referrals.trait as t where t.member_id = any(%(member_ids)s::uuid[]);

-- name: insert_referral
-- One for each friend: who was brought by one is never brought by another.
insert into referrals.referral (member_id, program_id, advocate_id, state, review, reasons, joined_at, joined_on)
values (%(member_id)s, %(program_id)s, %(advocate_id)s, 1, %(review)s, %(reasons)s, %(joined_at)s, %(joined_on)s)
on conflict (member_id) do nothing;

-- name: select_referrals
select
  r.member_id, r.program_id, r.advocate_id, r.state, r.review, r.reasons, r.joined_at, r.joined_on, r.order_id, r.bought_on,
  r.due_on, r.paid_on, r.advocate_points, r.friend_points, r.note, r.decided_by, r.decided_at
from referrals.referral as r
where r.member_id = any(%(member_ids)s::uuid[]);

-- name: select_brought
-- Whom these members brought, newest first.
select
  r.member_id, r.program_id, r.advocate_id, r.state, r.review, r.reasons, r.joined_at, r.joined_on, r.order_id, r.bought_on,
  r.due_on, r.paid_on, r.advocate_points, r.friend_points, r.note, r.decided_by, r.decided_at
from referrals.referral as r
where r.advocate_id = any(%(member_ids)s::uuid[])
order by r.joined_at desc, r.member_id desc
limit %(limit)s;

-- name: select_listed
-- The newest of a program, in one state, or those a person must look at.
select
  r.member_id, r.program_id, r.advocate_id, r.state, r.review, r.reasons, r.joined_at, r.joined_on, r.order_id, r.bought_on,
  r.due_on, r.paid_on, r.advocate_points, r.friend_points, r.note, r.decided_by, r.decided_at
from referrals.referral as r
where r.program_id = %(program_id)s
  and (%(state)s::smallint is null or r.state = %(state)s)
  and (%(review)s::smallint is null or r.review = %(review)s)
order by r.joined_at desc, r.member_id desc
limit %(limit)s;

-- name: note_bought
update referrals.referral as r
set state = 2, order_id = t.order_id, bought_on = t.bought_on, due_on = t.due_on
from unnest(%(member_id)s::uuid[], %(order_id)s::uuid[], %(bought_on)s::date[], %(due_on)s::date[]) as t (
  member_id, order_id, bought_on, due_on
)
where r.member_id = t.member_id and r.state = 1;

-- name: cancel_referral
-- What was not paid yet never is; what was paid is taken back next.
update referrals.referral
set state = case state when 3 then 5 else 4 end
where member_id = %(member_id)s and order_id = %(order_id)s and state in (2, 3);

-- name: select_due
select r.member_id, r.advocate_id
from referrals.referral as r
where r.program_id = %(program_id)s
  and ((r.state = 2 and r.review in (0, 2) and r.due_on <= %(today)s) or r.state = 5)
order by r.due_on, r.member_id
limit %(limit)s;

-- name: count_rewarded
-- Friends an advocate was rewarded for since a day; the caller holds the lock of the advocate.
select count(*)
from referrals.referral as r
where r.advocate_id = %(advocate_id)s and r.state = 3 and r.advocate_points > 0 and r.paid_on >= %(since_on)s;

-- name: settle_referral
update referrals.referral
set state = %(state)s, paid_on = coalesce(%(paid_on)s::date, paid_on), advocate_points = %(advocate_points)s,
    friend_points = %(friend_points)s, note = %(note)s
where member_id = %(member_id)s and state = %(from_state)s;

-- name: hold_referral
update referrals.referral
set review = 1, reasons = %(reasons)s
where member_id = %(member_id)s and state = 2 and review = 0;

-- name: decide_referral
update referrals.referral
set review = %(review)s, state = case %(review)s::smallint when 3 then 6 else state end, decided_by = %(by)s, decided_at = %(at)s
where member_id = %(member_id)s and program_id = %(program_id)s and review = 1;

-- name: count_states
select
  count(*)::bigint as joined,
  count(r.order_id)::bigint as bought,
  (count(*) filter (where r.state = 3))::bigint as kept,
  (count(*) filter (where r.state in (4, 5)))::bigint as cancelled,
  (count(*) filter (where r.review = 1))::bigint as in_review,
  coalesce(sum(r.advocate_points + r.friend_points) filter (where r.state = 3), 0)::bigint as points
from referrals.referral as r
where r.program_id = %(program_id)s;

-- name: count_codes
select count(*) from referrals.advocate as a where a.program_id = %(program_id)s;
