create schema tiers;

-- A set of tiers; number 1 is the main one. `version` is in force. `judged_on`: the local day on which everybody who
-- reaches more than they hold was last moved up; null asks for it.
create table tiers.ladder (
  program_id smallint not null references programs.program,
  ladder_id smallint not null check (ladder_id between 1 and 8),
  code text not null,
  version integer not null,
  judged_on date,
  primary key (program_id, ladder_id),
  unique (program_id, code)
);

-- The terms of a set as they were saved: what counts, the tiers, what each gives. A version is never edited: a change
-- is a new one, at once or from a day on, and undoing is a new one with earlier terms.
create table tiers.version (
  program_id smallint not null,
  ladder_id smallint not null,
  version integer not null,
  terms jsonb not null,
  state text not null check (state in ('live', 'past', 'scheduled', 'withdrawn')),
  effective_on date,
  saved_at timestamptz,
  saved_by text not null,
  note text not null default '',
  withdrawn_by text not null default '',
  primary key (program_id, ladder_id, version),
  foreign key (program_id, ladder_id) references tiers.ladder
);
create unique index version_scheduled on tiers.version (program_id, ladder_id) where state = 'scheduled';

-- What a member did on a local day; windows are sums of days. A return is taken off the day of its order.
create table tiers.tally (
  member_id uuid not null,
  on_date date not null,
  spend_minor bigint not null,
  points bigint not null,
  orders integer not null,
  primary key (member_id, on_date)
) with (fillfactor = 80);

-- `due_on` is the last day before something is done: the review, or the fall that was announced.
create table tiers.holding (
  member_id uuid not null,
  ladder_id smallint not null default 1,
  program_id smallint not null,
  tier_id smallint not null,
  since_at timestamptz not null,
  review_on date not null,
  due_on date not null,
  falls_on date,
  looked_for date,
  is_manual boolean not null default false,
  primary key (member_id, ladder_id)
);
create index holding_due on tiers.holding (program_id, ladder_id, due_on);

create table tiers.move (
  member_id uuid not null,
  move_id uuid not null,
  program_id smallint not null,
  ladder_id smallint not null default 1,
  moved_at timestamptz not null,
  from_tier_id smallint not null,
  to_tier_id smallint not null,
  cause text not null check (cause in ('reached', 'review', 'manual', 'merge', 'change')),
  reached bigint not null,
  by_name text not null default '',
  reason text not null default '',
  until_on date,
  primary key (member_id, move_id)
);

-- A member was told that a tier ends, once for each end.
create table tiers.notice (
  member_id uuid not null,
  ladder_id smallint not null,
  falls_on date not null,
  program_id smallint not null,
  told_on date not null,
  tier_id smallint not null,
  falls_to smallint not null,
  missing bigint not null,
  primary key (member_id, ladder_id, falls_on)
);

create view facts.tier_holding as
select
  h.member_id,
  h.program_id,
  h.tier_id,
  h.since_at,
  h.review_on
from tiers.holding as h
where h.ladder_id = 1;

create view facts.further_tier_holding as
select
  h.member_id,
  h.program_id,
  h.ladder_id,
  h.tier_id,
  h.since_at,
  h.review_on
from tiers.holding as h
where h.ladder_id > 1;

create view facts.tier_notice as
select
  n.member_id,
  n.program_id,
  n.ladder_id,
  n.falls_on,
  n.told_on,
  n.tier_id,
  n.falls_to,
  n.missing
from tiers.notice as n;

create view facts.tally as
select
  t.member_id,
  t.on_date,
  t.spend_minor,
  t.points,
  t.orders
from tiers.tally as t;
