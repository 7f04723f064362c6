create schema rewards;

create table rewards.reward (
  program_id smallint not null references programs.program,
  reward_id uuid not null,
  code text not null,
  name jsonb not null,
  description jsonb not null,
  category text not null default '',
  type text not null,
  price_points bigint not null check (price_points > 0),
  cost_minor bigint not null default 0 check (cost_minor >= 0),
  rank_min smallint not null default 0,
  member_limit integer check (member_limit > 0),
  limit_days smallint check (limit_days > 0),
  starts_at timestamptz,
  ends_at timestamptz,
  is_live boolean not null default true,
  created_at timestamptz not null,
  primary key (program_id, reward_id),
  unique (program_id, code)
);

-- Stock stands apart, so that a claim locks one narrow row. No row: unlimited.
create table rewards.stock (
  reward_id uuid primary key,
  units_left integer not null check (units_left >= 0)
);

create table rewards.redemption (
  member_id uuid not null,
  redemption_id uuid not null,
  program_id smallint not null,
  reward_id uuid not null,
  external_id text not null,
  quantity integer not null check (quantity > 0),
  points bigint not null check (points > 0),
  cost_minor bigint not null,
  state smallint not null default 1 check (state in (1, 2, 3)),
  code text not null,
  redeemed_at timestamptz not null,
  on_date date not null,
  decided_at timestamptz,
  answer jsonb,
  primary key (member_id, redemption_id),
  unique (member_id, external_id)
);
create index redemption_queue on rewards.redemption (program_id, state, redeemed_at);
create index redemption_member on rewards.redemption (member_id, reward_id, redeemed_at);

create view facts.redemption as
select
  r.member_id,
  r.redemption_id,
  r.program_id,
  r.reward_id,
  r.quantity,
  r.points,
  r.cost_minor,
  r.state,
  r.redeemed_at,
  r.on_date
from rewards.redemption as r;
