create schema tiers;

-- What counts towards a tier and how long a tier is kept. One ladder per program; a reference table.
create table tiers.ladder (
  program_id smallint primary key references programs.program,
  metric text not null check (metric in ('spend', 'points', 'orders')),
  window_months smallint not null check (window_months between 1 and 60),
  keep_months smallint not null default 12 check (keep_months between 1 and 60)
);

create table tiers.tier (
  program_id smallint not null references programs.program,
  tier_id smallint not null,
  rank smallint not null check (rank >= 0),
  name jsonb not null,
  threshold bigint not null check (threshold >= 0),
  color text not null default 'gray',
  points_factor numeric(6, 3) not null default 1 check (points_factor between 1 and 100),
  benefits jsonb not null default '[]',
  primary key (program_id, tier_id),
  unique (program_id, rank)
);

-- What a member did on a local day; windows are sums of days. A return is taken off the day of its order.
create table tiers.tally (
  member_id uuid not null,
  on_date date not null,
  spend_minor bigint not null,
  points bigint not null,
  orders integer not null,
  primary key (member_id, on_date)
) with (fillfactor = 80);

create table tiers.holding (
  member_id uuid primary key,
  program_id smallint not null,
  tier_id smallint not null,
  since_at timestamptz not null,
  review_on date not null
);
create index holding_review on tiers.holding (program_id, review_on);

create table tiers.move (
  member_id uuid not null,
  move_id uuid not null,
  program_id smallint not null,
  moved_at timestamptz not null,
  from_tier_id smallint not null,
  to_tier_id smallint not null,
  cause text not null check (cause in ('reached', 'review', 'manual')),
  reached bigint not null,
  primary key (member_id, move_id)
);

create view facts.tier_holding as
select
  h.member_id,
  h.program_id,
  h.tier_id,
  h.since_at,
  h.review_on
from tiers.holding as h;

create view facts.tally as
select
  t.member_id,
  t.on_date,
  t.spend_minor,
  t.points,
  t.orders
from tiers.tally as t;
