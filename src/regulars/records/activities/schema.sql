create schema activities;

-- What was ever taken in, for ever: the same business key gives the same answer.
-- key = digest of (program, source, kind, external id); Citus distributes it by itself.
create table activities.seen (
  key uuid primary key,
  program_id smallint not null,
  member_id uuid not null,
  activity_id uuid not null,
  content_digest bytea not null
);

-- An order that was cancelled in full and then completed again is a further `generation` under the same external id;
-- `reinstated` says of the first one how many followed.
create table activities.purchase (
  member_id uuid not null,
  order_id uuid not null,
  account_id uuid not null,
  program_id smallint not null,
  source text not null,
  external_id text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  on_date date not null,
  currency text not null,
  total_minor bigint not null check (total_minor >= 0),
  points_paid_minor bigint not null default 0 check (points_paid_minor >= 0),
  eligible_minor bigint not null check (eligible_minor >= 0),
  award_points bigint not null check (award_points >= 0),
  active_on date not null,
  expires_on date not null,
  store text not null default '',
  channel text not null default '',
  till text not null default '',
  receipt text not null default '',
  returned_minor bigint not null default 0,
  reversed_points bigint not null default 0,
  restored_points bigint not null default 0,
  burned_points bigint not null default 0,
  generation smallint not null default 1 check (generation > 0),
  reinstated smallint not null default 0,
  answer jsonb,
  primary key (member_id, order_id),
  check (returned_minor between 0 and total_minor),
  check (reversed_points between 0 and award_points),
  check (restored_points between 0 and burned_points)
);
create index purchase_time on activities.purchase (member_id, occurred_at);
create index purchase_day on activities.purchase (program_id, on_date);

-- What an order earned in wallets other than the program's first; its award there stands with the order.
create table activities.award (
  member_id uuid not null,
  order_id uuid not null,
  wallet_id smallint not null,
  points bigint not null check (points > 0),
  reversed_points bigint not null default 0,
  active_on date not null,
  expires_on date not null,
  primary key (member_id, order_id, wallet_id),
  check (reversed_points between 0 and points)
);

create table activities.purchase_line (
  member_id uuid not null,
  order_id uuid not null,
  line_no smallint not null,
  line_id text not null,
  kind smallint not null,
  sku text not null,
  title text not null,
  category text not null,
  quantity integer not null check (quantity > 0),
  amount_minor bigint not null check (amount_minor >= 0),
  eligible_minor bigint not null check (eligible_minor >= 0),
  points bigint not null check (points >= 0),
  tax_minor bigint not null default 0,
  discount_minor bigint not null default 0,
  returned_quantity integer not null default 0,
  returned_minor bigint not null default 0,
  primary key (member_id, order_id, line_no),
  check (returned_quantity between 0 and quantity),
  check (returned_minor between 0 and amount_minor)
);

-- A return whose money is not settled yet is pending: it takes nothing and counts against what is left. Then it is
-- recorded, or failed.
create table activities.refund (
  member_id uuid not null,
  refund_id uuid not null,
  order_id uuid not null,
  program_id smallint not null,
  source text not null,
  external_id text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  on_date date not null,
  reason text not null default '',
  amount_minor bigint not null check (amount_minor >= 0),
  lines jsonb not null,
  reversed_points bigint not null,
  restored_points bigint not null,
  answer jsonb not null,
  status text not null default 'recorded' check (status in ('pending', 'recorded', 'failed')),
  primary key (member_id, refund_id)
);
create index refund_order on activities.refund (member_id, order_id);

-- Things that wait for another thing: a return whose order has not come, an order or event whose member is unknown.
create table activities.parked (
  parked_id uuid primary key,
  program_id smallint not null,
  kind text not null check (kind in ('return', 'order', 'event', 'completion')),
  waits_for uuid not null,
  source text not null,
  external_id text not null,
  content_digest bytea not null,
  body jsonb not null,
  parked_at timestamptz not null,
  until_at timestamptz not null,
  settled_at timestamptz,
  unique (program_id, kind, source, external_id)
);
create index parked_waiting on activities.parked (waits_for) where settled_at is null;

-- The raw bytes of authenticated input that was refused, encrypted; kept 30 days, replayable.
create table activities.inbox (
  inbox_id uuid primary key,
  program_id smallint not null,
  path text not null,
  code text not null,
  body_sealed bytea not null,
  received_at timestamptz not null,
  replayed_at timestamptz
);
create index inbox_time on activities.inbox (received_at);

-- Purchases that look like one already recorded under another id; a person decides.
create table activities.suspect (
  member_id uuid not null,
  order_id uuid not null,
  twin_order_id uuid not null,
  found_at timestamptz not null,
  decided_at timestamptz,
  primary key (member_id, order_id)
);

-- What a program takes as an event, besides the built-in types: names by language, attributes with their types.
create table activities.event_type (
  program_id smallint not null references programs.program,
  code text not null,
  name jsonb not null,
  attributes jsonb not null,
  created_at timestamptz not null,
  primary key (program_id, code)
);

create table activities.event (
  member_id uuid not null,
  event_id uuid not null,
  program_id smallint not null,
  source text not null,
  external_id text not null,
  type text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  on_date date not null,
  data jsonb not null,
  is_rewarded boolean not null,
  award_points bigint not null check (award_points >= 0),
  answer jsonb not null,
  primary key (member_id, event_id)
);
create index event_time on activities.event (member_id, occurred_at);
-- For limits: how often a member was rewarded for a type in some days.
create index event_rewarded on activities.event (member_id, type, on_date) where is_rewarded;

create view facts.purchase as
select
  p.member_id,
  p.order_id,
  p.program_id,
  p.source,
  p.external_id,
  p.occurred_at,
  p.recorded_at,
  p.on_date,
  p.currency,
  p.total_minor,
  p.returned_minor,
  p.total_minor - p.returned_minor as net_minor,
  p.eligible_minor,
  p.award_points,
  p.reversed_points,
  p.store,
  p.till,
  p.channel
from activities.purchase as p;

create view facts.purchase_line as
select
  l.member_id,
  l.order_id,
  l.line_no,
  l.kind,
  l.sku,
  l.title,
  l.category,
  l.quantity,
  l.amount_minor,
  l.eligible_minor,
  l.points,
  l.returned_minor
from activities.purchase_line as l;

create view facts.event as
select
  e.member_id,
  e.event_id,
  e.program_id,
  e.source,
  e.external_id,
  e.type,
  e.occurred_at,
  e.recorded_at,
  e.on_date,
  e.data,
  e.is_rewarded,
  e.award_points
from activities.event as e;
