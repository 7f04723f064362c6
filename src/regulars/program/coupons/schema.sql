create schema coupons;

-- The terms are read and written whole; `version` is how often they or the state changed.
create table coupons.pool (
  program_id smallint not null references programs.program,
  pool_id uuid not null,
  code text not null check (code ~ '^[a-z0-9_-]{1,40}$'),
  state text not null check (state in ('draft', 'live', 'paused', 'ended')),
  campaign_id smallint,
  terms jsonb not null,
  version integer not null,
  created_at timestamptz not null,
  primary key (program_id, pool_id),
  unique (program_id, code)
);

-- Who changed what, from what to what.
create table coupons.pool_change (
  program_id smallint not null,
  pool_id uuid not null,
  version integer not null,
  changed_at timestamptz not null,
  changed_by text not null,
  fields jsonb not null,
  primary key (program_id, pool_id, version),
  foreign key (program_id, pool_id) references coupons.pool
);

-- What is left of a pool as a whole, apart, so that a claim locks one narrow row. No row, or null: without end.
create table coupons.stock (
  pool_id uuid primary key,
  uses_left bigint check (uses_left >= 0),
  codes_left bigint not null default 0 check (codes_left >= 0)
);

-- Found by its code before a member is known, so the code comes first. `member_id` is whose it is; `issue_key` names the
-- issue it came by, so that the same issue again finds it.
create table coupons.coupon (
  code text not null,
  program_id smallint not null,
  pool_id uuid not null,
  shown text not null,
  member_id uuid,
  uses_left integer check (uses_left >= 0),
  is_void boolean not null default false,
  issued_at timestamptz,
  issued_on date,
  ends_on date,
  issue_key uuid,
  primary key (code, program_id)
);
create index coupon_pool on coupons.coupon (pool_id, code) where issued_at is null;
create index coupon_of_pool on coupons.coupon (pool_id) include (issued_at);
create index coupon_issue on coupons.coupon (issue_key) where issue_key is not null;
create index coupon_member on coupons.coupon (member_id, issued_at) where member_id is not null;

-- From whom to whom a coupon went, and who took it away.
create table coupons.step (
  code text not null,
  program_id smallint not null,
  step_id uuid not null,
  made_at timestamptz not null,
  kind text not null check (kind in ('transferred', 'voided')),
  from_member_id uuid,
  to_member_id uuid,
  made_by text not null,
  primary key (code, program_id, step_id)
);

-- A coupon set aside for a basket (1), used by an order (2), released (3), given back with a whole return (4).
create table coupons.use (
  member_id uuid not null,
  use_id uuid not null,
  program_id smallint not null,
  pool_id uuid not null,
  code text not null,
  external_id text not null default '',
  state smallint not null check (state between 1 and 4),
  made_at timestamptz not null,
  on_date date not null,
  ends_at timestamptz,
  order_id uuid,
  discount_minor bigint not null default 0 check (discount_minor >= 0),
  primary key (member_id, use_id)
);
create index use_order on coupons.use (member_id, order_id) where order_id is not null;
create index use_code on coupons.use (code, program_id) where state = 1;
create index use_due on coupons.use (ends_at) where state = 1;
create index use_pool on coupons.use (pool_id, state) include (discount_minor);

-- Many codes at once, made or issued by a job that can be cut off anywhere and goes on where it was.
create table coupons.batch (
  batch_id uuid primary key,
  program_id smallint not null,
  pool_id uuid not null,
  external_id text not null,
  kind text not null check (kind in ('generate', 'issue')),
  condition text not null default '',
  wanted integer,
  made integer not null default 0,
  after_member_id uuid,
  is_done boolean not null default false,
  asked_at timestamptz not null,
  asked_by text not null,
  done_at timestamptz
);
create index batch_pool on coupons.batch (pool_id, asked_at);
create index batch_open on coupons.batch (asked_at) where not is_done;

-- The latest wrong codes of one caller (a digest names them), so that ten of them close the door for a while.
create table coupons.guesser (
  guesser uuid primary key,
  failed_at timestamptz[] not null,
  latest_at timestamptz not null
);
create index guesser_time on coupons.guesser (latest_at);

create view facts.coupon_use as
select
  u.member_id,
  u.use_id,
  u.program_id,
  u.pool_id,
  u.code,
  u.state,
  u.made_at,
  u.on_date,
  u.order_id,
  u.discount_minor
from coupons.use as u
where u.state in (2, 4);

create view facts.coupon_pool as
select
  p.program_id,
  p.pool_id,
  p.campaign_id,
  p.state,
  coalesce(p.terms ->> 'codes', 'personal') as codes
from coupons.pool as p;

create view facts.coupon as
select
  c.program_id,
  c.pool_id,
  c.code,
  c.member_id,
  c.issued_on
from coupons.coupon as c
where c.issued_on is not null;
