create schema challenges;

create table challenges.challenge (
  program_id smallint not null references programs.program,
  challenge_id uuid not null,
  code text not null,
  name jsonb not null,
  description jsonb not null,
  measure text not null check (measure in ('count', 'spend', 'categories', 'days', 'weeks')),
  counts text not null,
  condition text not null default '',
  milestones jsonb not null,
  season text not null default 'once' check (season in ('once', 'week', 'month', 'quarter', 'year')),
  starts_at timestamptz,
  ends_at timestamptz,
  state smallint not null default 1 check (state in (1, 2, 3, 4)),
  campaign_id smallint,
  primary key (program_id, challenge_id),
  unique (program_id, code)
);

-- Who changed what of a challenge, from what to what.
create table challenges.change (
  program_id smallint not null,
  challenge_id uuid not null,
  change_id uuid not null,
  changed_at timestamptz not null,
  changed_by text not null,
  changes jsonb not null,
  primary key (program_id, challenge_id, change_id)
);

-- What one activity brought to one challenge. Progress is made of these alone, so their order does not matter.
-- mark: what is told apart and counted once (a category, a day, a week); empty where amounts are summed.
create table challenges.step (
  member_id uuid not null,
  challenge_id uuid not null,
  activity_id uuid not null,
  mark text not null,
  season_on date not null,
  amount bigint not null check (amount >= 0),
  occurred_at timestamptz not null,
  primary key (member_id, challenge_id, activity_id, mark)
);
create index step_season on challenges.step (member_id, challenge_id, season_on);
create index step_activity on challenges.step (member_id, activity_id);

-- How far a member is in a season: what the steps come to, kept for lists and leaderboards.
create table challenges.standing (
  member_id uuid not null,
  challenge_id uuid not null,
  season_on date not null,
  value bigint not null check (value >= 0),
  reached_at timestamptz not null,
  primary key (member_id, challenge_id, season_on)
) with (fillfactor = 80);
create index standing_board on challenges.standing (challenge_id, season_on, value desc, reached_at);

-- A milestone that was reached. Taken back when a return undoes it; reached again it is another turn.
create table challenges.award (
  member_id uuid not null,
  challenge_id uuid not null,
  season_on date not null,
  milestone_no smallint not null,
  turn smallint not null,
  activity_id uuid not null,
  points bigint not null check (points >= 0),
  wallet_id smallint not null,
  badge jsonb not null,
  active_on date not null,
  expires_on date not null,
  awarded_at timestamptz not null,
  awarded_on date not null,
  taken_back_at timestamptz,
  primary key (member_id, challenge_id, season_on, milestone_no, turn)
);

-- Who wants to be seen on leaderboards, and under what name. Nobody else is listed.
create table challenges.player (
  member_id uuid primary key,
  program_id smallint not null,
  pseudonym text not null check (char_length(pseudonym) between 1 and 40),
  joined_at timestamptz not null
);

create view facts.challenge_award as
select
  a.member_id,
  a.challenge_id,
  a.season_on,
  a.milestone_no,
  a.points,
  a.badge,
  a.awarded_at,
  a.taken_back_at
from challenges.award as a;
