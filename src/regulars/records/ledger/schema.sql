create schema ledger;

-- What is counted: reward points, status points, money. A reference table.
create table ledger.wallet (
  program_id smallint not null references programs.program,
  wallet_id smallint not null,
  code text not null,
  unit jsonb not null,
  expiry jsonb not null,
  debt_policy text not null default 'debt' check (debt_policy in ('debt', 'forgive')),
  point_value_micros bigint not null default 10000 check (point_value_micros >= 0),
  primary key (program_id, wallet_id),
  unique (program_id, code)
);

-- The journal. One immutable row per movement on one lot, holding both legs: the member's (+points) and,
-- named by the contra code, the program's (-points). A row cannot be unbalanced, and no program account
-- is an updated row, so nothing is hot.
create table ledger.entry (
  member_id uuid not null,
  entry_id uuid not null,
  transfer_id uuid not null,
  part smallint not null,
  wallet_id smallint not null,
  kind smallint not null,
  contra smallint not null,
  points bigint not null check (points <> 0),
  active_on date not null,
  expires_on date not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  on_date date not null,
  subject_id uuid,
  reason jsonb,
  primary key (member_id, entry_id),
  unique (member_id, transfer_id, part)
);
create index entry_day on ledger.entry using brin (recorded_at);

-- A lot: the points of one member that became usable on one day and end with one day. Points count while
-- active_on <= today <= expires_on, by predicate, without a job. Only the debt lot may be below zero.
create table ledger.lot (
  member_id uuid not null,
  wallet_id smallint not null,
  expires_on date not null,
  active_on date not null,
  remaining bigint not null,
  primary key (member_id, wallet_id, expires_on, active_on),
  check (remaining >= 0 or active_on = '9999-12-31')
) with (fillfactor = 70);

create table ledger.hold (
  member_id uuid not null,
  hold_id uuid not null,
  wallet_id smallint not null,
  external_id text not null,
  points bigint not null check (points > 0),
  captured_points bigint not null default 0,
  state smallint not null default 1 check (state in (1, 2, 3, 4)),
  opened_at timestamptz not null,
  ends_at timestamptz not null,
  order_id uuid,
  primary key (member_id, hold_id),
  check (captured_points between 0 and points)
);
create index hold_open on ledger.hold (ends_at) where state = 1;

-- Sums of the journal by day it was recorded, kind and contra: what Home draws. Rebuilt for a whole day at a time.
create table ledger.day_total (
  program_id smallint not null,
  wallet_id smallint not null,
  on_date date not null,
  kind smallint not null,
  points bigint not null,
  transfers bigint not null,
  primary key (program_id, wallet_id, on_date, kind)
);

create view facts.entry as
select
  e.member_id,
  e.entry_id,
  e.transfer_id,
  e.wallet_id,
  e.kind,
  e.contra,
  e.points,
  e.active_on,
  e.expires_on,
  e.occurred_at,
  e.recorded_at,
  e.on_date,
  e.subject_id
from ledger.entry as e;

create view facts.lot as
select
  l.member_id,
  l.wallet_id,
  l.expires_on,
  l.active_on,
  l.remaining
from ledger.lot as l;
