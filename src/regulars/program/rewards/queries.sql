-- name: select_rewards
select
  r.program_id, r.reward_id, r.code, r.name, r.description, r.category, r.type, r.price_points, r.cost_minor, r.rank_min,
  r.member_limit, r.limit_days, r.starts_at, r.ends_at, r.is_live, r.created_at, s.units_left
from rewards.reward as r
left join rewards.stock as s on s.reward_id = r.reward_id
where r.program_id = %(program_id)s and (%(reward_id)s::uuid is null or r.reward_id = %(reward_id)s)
order by r.price_points, r.code;

-- name: upsert_reward
insert into rewards.reward (
  program_id, reward_id, code, name, description, category, type, price_points, cost_minor, rank_min, member_limit,
  limit_days, starts_at, ends_at, is_live, created_at
)
values (
  %(program_id)s, %(reward_id)s, %(code)s, %(name)s::jsonb, %(description)s::jsonb, %(category)s, %(type)s, %(price_points)s,
  %(cost_minor)s, %(rank_min)s, %(member_limit)s, %(limit_days)s, %(starts_at)s, %(ends_at)s, %(is_live)s, %(created_at)s
)
on conflict (program_id, reward_id) do update
set name = excluded.name, description = excluded.description, category = excluded.category, type = excluded.type,
    price_points = excluded.price_points, cost_minor = excluded.cost_minor, rank_min = excluded.rank_min,
    member_limit = excluded.member_limit, limit_days = excluded.limit_days, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, is_live = excluded.is_live;

-- name: set_stock
insert into rewards.stock (reward_id, units_left) values (%(reward_id)s, %(units_left)s)
on conflict (reward_id) do update set units_left = excluded.units_left;

-- name: delete_stock
delete from rewards.stock where reward_id = %(reward_id)s;

-- name: claim_stock
-- The guard of the last unit: one conditional update, and the row count is the answer.
update rewards.stock set units_left = units_left - %(quantity)s
where reward_id = %(reward_id)s and units_left >= %(quantity)s;

-- name: return_stock
update rewards.stock set units_left = units_left + %(quantity)s where reward_id = %(reward_id)s;

-- name: select_taken
select r.redeemed_at, r.quantity
from rewards.redemption as r
where r.member_id = %(member_id)s and r.reward_id = %(reward_id)s and r.state <> 3 and r.redeemed_at > %(since_at)s;

-- name: insert_redemption
insert into rewards.redemption (
  member_id, redemption_id, program_id, reward_id, external_id, quantity, points, cost_minor, state, code, redeemed_at, on_date,
  answer
)
values (
  %(member_id)s, %(redemption_id)s, %(program_id)s, %(reward_id)s, %(external_id)s, %(quantity)s, %(points)s, %(cost_minor)s,
  %(state)s, %(code)s, %(redeemed_at)s, %(on_date)s, %(answer)s::jsonb
);

-- name: select_redemption
select
  r.member_id, r.redemption_id, r.program_id, r.reward_id, r.external_id, r.quantity, r.points, r.cost_minor, r.state, r.code,
  r.redeemed_at, r.on_date, r.answer
from rewards.redemption as r
where r.member_id = %(member_id)s and (r.external_id = %(external_id)s or r.redemption_id = %(redemption_id)s);

-- name: select_redemptions
-- Newest first; of one member, or the queue of what is to be handed out.
select
  r.member_id, r.redemption_id, r.program_id, r.reward_id, r.external_id, r.quantity, r.points, r.cost_minor, r.state, r.code,
  r.redeemed_at, r.on_date, null::jsonb as answer
from rewards.redemption as r
where r.program_id = %(program_id)s
  and (%(member_id)s::uuid is null or r.member_id = %(member_id)s)
  and (%(state)s::smallint is null or r.state = %(state)s)
order by r.redeemed_at desc
limit %(limit)s;

-- name: decide_redemption
update rewards.redemption set state = %(state)s, decided_at = %(at)s
where member_id = %(member_id)s and redemption_id = %(redemption_id)s and state = %(from_state)s;

-- name: count_redemptions
select r.reward_id, count(*), sum(r.points)::bigint, sum(r.cost_minor)::bigint
from rewards.redemption as r
where r.program_id = %(program_id)s and r.state <> 3
group by r.reward_id;
