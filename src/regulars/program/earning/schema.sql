create schema earning;

-- A version is never edited: a change is a new version, so every stored award can name the rule that made it.
-- It decides about what happened from effective_at on (null: whenever), until a later version does.
create table earning.rule (
  program_id smallint not null references programs.program,
  rule_id smallint not null,
  version integer not null,
  effect text not null,
  params jsonb not null,
  label jsonb not null,
  state text not null check (state in ('draft', 'live', 'paused', 'retired')),
  effective_at timestamptz,
  starts_on date,
  ends_on date,
  wallet_id smallint,
  limits jsonb,
  condition jsonb,
  lines jsonb,
  campaign_id smallint,
  because jsonb not null default '{}',
  priority smallint not null default 0,
  exclusive_group text not null default '',
  picks text not null default 'best' check (picks in ('best', 'first')),
  created_at timestamptz not null,
  created_by text not null,
  primary key (program_id, rule_id, version)
);

-- The most points a member gets of all rules together, by period.
create table earning.cap (
  program_id smallint not null references programs.program,
  period text not null check (period in ('day', 'week', 'month', 'year', 'ever')),
  points_max bigint not null check (points_max > 0),
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (program_id, period)
);

-- Rules that could not be asked about an order or event, which was recorded without them.
create table earning.rule_error (
  member_id uuid not null,
  activity_id uuid not null,
  rule_id smallint not null,
  program_id smallint not null,
  version integer not null,
  code text not null,
  detail text not null,
  happened_at timestamptz not null,
  settled_at timestamptz,
  primary key (member_id, activity_id, rule_id)
);
create index rule_error_open on earning.rule_error (program_id, happened_at) where settled_at is null;

-- What members got from rules that have a limit, in points, by the first day of the rule's period. Under ids below zero
-- stands what they got of all rules together, for the program's caps.
create table earning.usage (
  member_id uuid not null,
  rule_id smallint not null,
  program_id smallint not null,
  period_on date not null,
  points bigint not null check (points >= 0),
  primary key (member_id, program_id, rule_id, period_on)
) with (fillfactor = 80);

-- What a rule gave to all members together. The check is the last word: a budget is never overshot.
create table earning.budget (
  rule_id smallint not null,
  program_id smallint not null,
  spent_points bigint not null default 0,
  points_max bigint,
  primary key (rule_id, program_id),
  check (spent_points >= 0)
);
