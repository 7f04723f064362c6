create schema earning;

-- A version is never edited: a change is a new version, so every stored award can name the rule that made it.
create table earning.rule (
  program_id smallint not null references programs.program,
  rule_id smallint not null,
  version integer not null,
  effect text not null,
  params jsonb not null,
  label jsonb not null,
  is_live boolean not null,
  starts_on date,
  ends_on date,
  wallet_id smallint,
  limits jsonb,
  campaign_id smallint,
  created_at timestamptz not null,
  created_by text not null,
  primary key (program_id, rule_id, version)
);

-- What members got from rules that have a limit, in points, by the first day of the rule's period.
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
