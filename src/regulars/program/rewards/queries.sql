-- name: select_rewards
select
  r.program_id, r.reward_id, r.code, r.name, r.description, r.category, r.type, r.price_points, r.price_minor, r.prices, r.steps,
  r.cost_minor, r.rank_min, r.audience, r.stores, r.member_limit, r.limit_days, r.starts_at, r.ends_at, r.params, r.picture_id,
  r.picture_alt, r.is_live, r.campaign_id, r.version, r.created_at, s.units_left
from rewards.reward as r
left join rewards.stock as s on s.reward_id = r.reward_id
where r.program_id = %(program_id)s and (%(reward_id)s::uuid is null or r.reward_id = %(reward_id)s)
order by r.price_points, r.code;

-- name: lock_reward
-- Two who change a reward at once: the second sees what the first left.
select r.version from rewards.reward as r
where r.program_id = %(program_id)s and r.reward_id = %(reward_id)s
for update;

-- name: upsert_reward
insert into rewards.reward (
  program_id, reward_id, code, name, description, category, type, price_points, price_minor, prices, steps, cost_minor, rank_min,
  audience, stores, member_limit, limit_days, starts_at, ends_at, params, picture_id, picture_alt, is_live, campaign_id, version,
  created_at
)
values (
  %(program_id)s, %(reward_id)s, %(code)s, %(name)s::jsonb, %(description)s::jsonb, %(category)s, %(type)s, %(price_points)s,
  %(price_minor)s, %(prices)s::jsonb, %(steps)s::jsonb, %(cost_minor)s, %(rank_min)s, %(audience)s::jsonb, %(stores)s::jsonb,
  %(member_limit)s, %(limit_days)s, %(starts_at)s, %(ends_at)s, %(params)s::jsonb, %(picture_id)s, %(picture_alt)s::jsonb,
  %(is_live)s, %(campaign_id)s, %(version)s, %(created_at)s
)
on conflict (program_id, reward_id) do update
set name = excluded.name, description = excluded.description, category = excluded.category, type = excluded.type,
    price_points = excluded.price_points, price_minor = excluded.price_minor, prices = excluded.prices, steps = excluded.steps,
    cost_minor = excluded.cost_minor, rank_min = excluded.rank_min, audience = excluded.audience, stores = excluded.stores,
    member_limit = excluded.member_limit, limit_days = excluded.limit_days, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, params = excluded.params, picture_id = excluded.picture_id,
    picture_alt = excluded.picture_alt, is_live = excluded.is_live, campaign_id = excluded.campaign_id,
    version = excluded.version;

-- name: insert_change
-- Only two who make the same reward at once can be here with one version: it was made once.
insert into rewards.reward_change (program_id, reward_id, version, changed_at, changed_by, changes)
values (%(program_id)s, %(reward_id)s, %(version)s, %(changed_at)s, %(changed_by)s, %(changes)s::jsonb)
on conflict (program_id, reward_id, version) do nothing;

-- name: select_changes
select c.reward_id, c.version, c.changed_at, c.changed_by, c.changes
from rewards.reward_change as c
where c.program_id = %(program_id)s and c.reward_id = %(reward_id)s
order by c.version desc
limit %(limit)s;

-- name: set_stock
insert into rewards.stock (reward_id, units_left) values (%(reward_id)s, %(units_left)s)
on conflict (reward_id) do update set units_left = excluded.units_left;

-- name: add_stock
-- What was sold since the operator looked stays sold: the stock moves by the difference.
update rewards.stock set units_left = greatest(units_left + %(units)s, 0) where reward_id = %(reward_id)s;

-- name: delete_stock
delete from rewards.stock where reward_id = %(reward_id)s;

-- name: lock_stock
select s.units_left from rewards.stock as s where s.reward_id = %(reward_id)s for update;

-- name: claim_stock
-- The guard of the last unit: one conditional update, and the row count is the answer.
update rewards.stock set units_left = units_left - %(quantity)s
where reward_id = %(reward_id)s and units_left >= %(quantity)s;

-- name: return_stock
update rewards.stock set units_left = units_left + %(quantity)s where reward_id = %(reward_id)s;

-- name: claim_codes
-- The same guard for a list of codes: `given` says which ones are the caller's, and nobody else's.
update rewards.stock set units_left = units_left - %(quantity)s, given = given + %(quantity)s
where reward_id = %(reward_id)s and units_left >= %(quantity)s
returning given;

-- name: select_codes
select p.code from rewards.partner_code as p
where p.reward_id = %(reward_id)s and p.place > %(after)s and p.place <= %(until)s
order by p.place;

-- name: open_stock
insert into rewards.stock (reward_id, units_left) values (%(reward_id)s, 0)
on conflict (reward_id) do nothing;

-- name: lock_codes
select s.units_left, s.given from rewards.stock as s where s.reward_id = %(reward_id)s for update;

-- name: insert_codes
insert into rewards.partner_code (reward_id, place, code)
select %(reward_id)s, t.place, t.code
from unnest(%(places)s::integer[], %(codes)s::text[]) as t (place, code);

-- name: select_known_codes
select p.code from rewards.partner_code as p
where p.reward_id = %(reward_id)s and p.code = any(%(codes)s::text[]);

-- name: upsert_category
insert into rewards.category (program_id, code, name, place)
values (%(program_id)s, %(code)s, %(name)s::jsonb, %(place)s)
on conflict (program_id, code) do update set name = excluded.name, place = excluded.place;

-- name: select_categories
select c.program_id, c.code, c.name, c.place from rewards.category as c
where c.program_id = %(program_id)s
order by c.place, c.code;

-- name: insert_picture
insert into rewards.picture (picture_id, media_type, width, height, content, added_at)
values (%(picture_id)s, %(media_type)s, %(width)s, %(height)s, %(content)s, %(at)s)
on conflict (picture_id) do nothing;

-- name: select_picture
select p.picture_id, p.media_type, p.width, p.height, p.content from rewards.picture as p
where p.picture_id = %(picture_id)s;

-- name: select_picture_types
select p.picture_id, p.media_type from rewards.picture as p where p.picture_id = any(%(ids)s::text[]);

-- name: insert_draw
insert into rewards.draw (reward_id, program_id, seed, seed_hash, committed_at)
values (%(reward_id)s, %(program_id)s, %(seed)s, %(seed_hash)s, %(at)s)
on conflict (reward_id) do nothing;

-- name: select_draw
select
  d.reward_id, d.seed_hash, d.committed_at, case when d.drawn_at is not null then d.seed end as seed, d.drawn_at, d.drawn_by,
  d.outside, d.entries, d.entries_hash, d.winners
from rewards.draw as d
where d.reward_id = %(reward_id)s and d.program_id = %(program_id)s;

-- name: share_draw
-- Entries come and go while the draw is open; the draw waits for them, and what comes after it sees that it was made.
select d.drawn_at is not null from rewards.draw as d where d.reward_id = %(reward_id)s for share;

-- name: lock_draw
select d.seed, d.drawn_at is not null from rewards.draw as d
where d.reward_id = %(reward_id)s and d.program_id = %(program_id)s
for update;

-- name: select_entries
select r.redemption_id, r.member_id, r.quantity
from rewards.redemption as r
where r.reward_id = %(reward_id)s and r.program_id = %(program_id)s and r.state <> 3
order by r.redemption_id;

-- name: finish_draw
update rewards.draw
set drawn_at = %(at)s, drawn_by = %(by)s, outside = %(outside)s, entries = %(entries)s, entries_hash = %(entries_hash)s,
    winners = %(winners)s::jsonb
where reward_id = %(reward_id)s and drawn_at is null;

-- name: select_taken
select r.redeemed_at, r.quantity
from rewards.redemption as r
where r.member_id = %(member_id)s and r.reward_id = %(reward_id)s and r.state <> 3 and r.redeemed_at > %(since_at)s;

-- name: insert_redemption
insert into rewards.redemption (
  member_id, redemption_id, program_id, reward_id, external_id, quantity, points, money_minor, paid_from, price, cost_minor,
  state, code, redeemed_at, redeemed_by, on_date, answer
)
values (
  %(member_id)s, %(redemption_id)s, %(program_id)s, %(reward_id)s, %(external_id)s, %(quantity)s, %(points)s, %(money_minor)s,
  %(paid_from)s, %(price)s::jsonb, %(cost_minor)s, %(state)s, %(code)s, %(redeemed_at)s, %(redeemed_by)s, %(on_date)s,
  %(answer)s::jsonb
);

-- name: select_redemption
select
  r.member_id, r.redemption_id, r.program_id, r.reward_id, r.external_id, r.quantity, r.points, r.money_minor, r.paid_from,
  r.price, r.cost_minor, r.state, r.code, r.redeemed_at, r.redeemed_by, r.on_date, r.carrier, r.tracking, r.answer
from rewards.redemption as r
where r.member_id = %(member_id)s and (r.external_id = %(external_id)s or r.redemption_id = %(redemption_id)s);

-- name: select_redemptions
-- Newest first, or oldest first for a queue; of one member, of one reward, in some states, since a moment.
select
  r.member_id, r.redemption_id, r.program_id, r.reward_id, r.external_id, r.quantity, r.points, r.money_minor, r.paid_from,
  r.price, r.cost_minor, r.state, r.code, r.redeemed_at, r.redeemed_by, r.on_date, r.carrier, r.tracking, null::jsonb as answer
from rewards.redemption as r
where r.program_id = %(program_id)s
  and (%(member_id)s::uuid is null or r.member_id = %(member_id)s)
  and (%(reward_id)s::uuid is null or r.reward_id = %(reward_id)s)
  and (%(states)s::smallint[] is null or r.state = any(%(states)s))
  and (%(before_at)s::timestamptz is null or (r.redeemed_at, r.redemption_id) < (%(before_at)s, %(before_id)s::uuid))
order by r.redeemed_at desc, r.redemption_id desc
limit %(limit)s;

-- name: move_redemption
-- Of two who move it at once, one finds the state it started from.
update rewards.redemption
set state = %(state)s, decided_at = %(at)s, carrier = %(carrier)s, tracking = %(tracking)s
where member_id = %(member_id)s and redemption_id = %(redemption_id)s and state = %(from_state)s;

-- name: insert_step
insert into rewards.redemption_step (
  member_id, redemption_id, step_no, step, happened_at, actor, carrier, tracking, note
)
select
  %(member_id)s, %(redemption_id)s, count(*) + 1, %(step)s, %(at)s, %(actor)s, %(carrier)s, %(tracking)s, %(note)s
from rewards.redemption_step as s
where s.member_id = %(member_id)s and s.redemption_id = %(redemption_id)s;

-- name: select_steps
select s.step, s.happened_at, s.actor, s.carrier, s.tracking, s.note
from rewards.redemption_step as s
where s.member_id = %(member_id)s and s.redemption_id = %(redemption_id)s
order by s.step_no;

-- name: count_redemptions
select r.reward_id, count(*), sum(r.points)::bigint, sum(r.cost_minor)::bigint
from rewards.redemption as r
where r.program_id = %(program_id)s and r.state <> 3
group by r.reward_id;

-- name: count_states
select r.state, count(*) from rewards.redemption as r
where r.program_id = %(program_id)s
group by r.state;

-- name: sum_reward
select count(distinct r.member_id), coalesce(sum(r.quantity), 0)::bigint, coalesce(sum(r.points), 0)::bigint,
  coalesce(sum(r.cost_minor), 0)::bigint, coalesce(sum(r.money_minor), 0)::bigint
from rewards.redemption as r
where r.program_id = %(program_id)s and r.reward_id = %(reward_id)s and r.state <> 3;
