create schema rewards;

create table rewards.category (
  program_id smallint not null references programs.program,
  code text not null,
  name jsonb not null,
  place smallint not null default 0,
  primary key (program_id, code)
);

-- A picture is named by what it shows: the SHA-256 of its bytes.
create table rewards.picture (
  picture_id text primary key,
  media_type text not null check (media_type in ('image/png', 'image/jpeg', 'image/webp')),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  content bytea not null,
  added_at timestamptz not null
);

create table rewards.reward (
  program_id smallint not null references programs.program,
  reward_id uuid not null,
  code text not null,
  name jsonb not null,
  description jsonb not null,
  category text not null default '',
  type text not null,
  price_points bigint not null check (price_points > 0),
  price_minor bigint not null default 0 check (price_minor >= 0),
  prices jsonb not null default '[]',
  steps jsonb,
  cost_minor bigint not null default 0 check (cost_minor >= 0),
  rank_min smallint not null default 0,
  audience jsonb,
  stores jsonb not null default '[]',
  member_limit integer check (member_limit > 0),
  limit_days smallint check (limit_days > 0),
  starts_at timestamptz,
  ends_at timestamptz,
  params jsonb not null default '{}',
  picture_id text references rewards.picture,
  picture_alt jsonb not null default '{}',
  is_live boolean not null default true,
  campaign_id smallint,
  version integer not null default 1,
  created_at timestamptz not null,
  primary key (program_id, reward_id),
  unique (program_id, code)
);

-- Who changed what of a reward: field -> [before, after].
create table rewards.reward_change (
  program_id smallint not null,
  reward_id uuid not null,
  version integer not null,
  changed_at timestamptz not null,
  changed_by text not null,
  changes jsonb not null,
  primary key (program_id, reward_id, version)
);

-- Stock stands apart, so that a claim locks one narrow row. No row: unlimited. `given` counts what left a list of codes.
create table rewards.stock (
  reward_id uuid primary key,
  units_left integer not null check (units_left >= 0),
  given integer not null default 0
);

-- A partner's codes, in the order they are handed out; `stock.given` says how far.
create table rewards.partner_code (
  reward_id uuid not null,
  place integer not null,
  code text not null,
  primary key (reward_id, place),
  unique (reward_id, code)
);

-- A sweepstake's draw. The hash of the seed is shown before, the seed only after.
create table rewards.draw (
  reward_id uuid primary key,
  program_id smallint not null,
  seed bytea not null,
  seed_hash text not null,
  committed_at timestamptz not null,
  drawn_at timestamptz,
  drawn_by text not null default '',
  outside text not null default '',
  entries bigint not null default 0,
  entries_hash text not null default '',
  winners jsonb not null default '[]'
);

create table rewards.redemption (
  member_id uuid not null,
  redemption_id uuid not null,
  program_id smallint not null,
  reward_id uuid not null,
  external_id text not null,
  quantity integer not null check (quantity > 0),
  points bigint not null check (points > 0),
  money_minor bigint not null default 0 check (money_minor >= 0),
  paid_from text not null default '',
  price jsonb,
  cost_minor bigint not null,
  state smallint not null default 1 check (state between 1 and 5),
  code text not null,
  redeemed_at timestamptz not null,
  redeemed_by text not null default '',
  on_date date not null,
  carrier text not null default '',
  tracking text not null default '',
  decided_at timestamptz,
  answer jsonb,
  primary key (member_id, redemption_id),
  unique (member_id, external_id)
);
create index redemption_queue on rewards.redemption (program_id, state, redeemed_at);
create index redemption_member on rewards.redemption (member_id, reward_id, redeemed_at);
create index redemption_reward on rewards.redemption (reward_id, redeemed_at);

-- What became of a redemption, step by step: who, when, and with which parcel.
create table rewards.redemption_step (
  member_id uuid not null,
  redemption_id uuid not null,
  step_no smallint not null,
  step text not null,
  happened_at timestamptz not null,
  actor text not null,
  carrier text not null default '',
  tracking text not null default '',
  note text not null default '',
  primary key (member_id, redemption_id, step_no)
);

create view facts.redemption as
select
  r.member_id,
  r.redemption_id,
  r.program_id,
  r.reward_id,
  r.quantity,
  r.points,
  r.money_minor,
  r.cost_minor,
  r.state,
  r.redeemed_at,
  r.on_date
from rewards.redemption as r;
