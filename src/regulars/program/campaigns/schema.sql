create schema campaigns;

-- A campaign as it stands. Its number is never used again; number 0 is the program as a whole.
create table campaigns.campaign (
  program_id smallint not null references programs.program,
  campaign_id smallint not null check (campaign_id > 0),
  code text not null check (code ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  state text not null check (state in ('draft', 'review', 'live', 'paused', 'stopped', 'ended')),
  terms jsonb not null,
  created_at timestamptz not null,
  submitted_by text,
  launched_on date,
  ended_on date,
  primary key (program_id, campaign_id),
  unique (program_id, code)
);

-- What happened to it, once each: who, when, why, and the terms before and after where they changed.
create table campaigns.change (
  program_id smallint not null,
  campaign_id smallint not null,
  change_no integer not null,
  what text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  changed_name text not null,
  note text not null default '',
  from_state text,
  to_state text not null,
  before jsonb,
  after jsonb,
  primary key (program_id, campaign_id, change_no)
);

-- What a program wants of all its campaigns; no row: the defaults.
create table campaigns.policy (
  program_id smallint primary key references programs.program,
  holdout_percent smallint not null default 0 check (holdout_percent between 0 and 50),
  needs_second_person boolean not null default false
);

-- What a campaign gave to all members together, where it has a budget; store '' is the whole campaign. The guard of the
-- statement that spends is the last word: a budget is never overshot.
create table campaigns.budget (
  campaign_id smallint not null,
  program_id smallint not null,
  store text not null default '',
  points_max bigint,
  micros_max bigint,
  grants_max bigint,
  spent_points bigint not null default 0 check (spent_points >= 0),
  spent_micros bigint not null default 0 check (spent_micros >= 0),
  spent_grants bigint not null default 0 check (spent_grants >= 0),
  primary key (campaign_id, program_id, store)
) with (fillfactor = 50);

-- Who is in the audience of a campaign that has one, from which local day to which.
create table campaigns.seat (
  member_id uuid not null,
  program_id smallint not null,
  campaign_id smallint not null,
  from_on date not null,
  until_on date not null,
  primary key (member_id, program_id, campaign_id, from_on)
);
create index seat_campaign on campaigns.seat (program_id, campaign_id);

-- What members got of a campaign on a local day. What a return takes back changes nothing here.
create table campaigns.tally (
  member_id uuid not null,
  program_id smallint not null,
  campaign_id smallint not null,
  on_date date not null,
  points bigint not null check (points >= 0),
  micros bigint not null check (micros >= 0),
  grants integer not null check (grants >= 0),
  primary key (member_id, program_id, campaign_id, on_date)
) with (fillfactor = 80);
create index tally_campaign on campaigns.tally (program_id, campaign_id, on_date);

-- A line that pauses a campaign, or warns, when a figure crosses it. `fired_at` stands until the figure is well again.
create table campaigns.stop_line (
  program_id smallint not null,
  campaign_id smallint not null,
  line_id smallint not null,
  terms jsonb not null,
  is_on boolean not null default true,
  changed_at timestamptz not null,
  changed_by text not null,
  fired_at timestamptz,
  watched_at timestamptz,
  reading jsonb,
  primary key (program_id, campaign_id, line_id)
);

-- Where a member stands in a campaign, from 0 to 2^32 - 1: who stands below its holdout is held out, as long as it runs.
-- `holding.place` in Python is the same number. Campaign 0 asks for the program's own holdout.
create function facts.campaign_place(program smallint, campaign smallint, member uuid) returns bigint
language sql immutable parallel safe as $$
  select get_byte(d.h, 0)::bigint * 16777216 + get_byte(d.h, 1) * 65536 + get_byte(d.h, 2) * 256 + get_byte(d.h, 3)
  from (select sha256(convert_to(program || ':' || campaign || ':' || member, 'UTF8')) as h) as d
$$;

create view facts.campaign_grant as
select
  t.member_id,
  t.program_id,
  t.campaign_id,
  t.on_date,
  t.points,
  t.micros,
  t.grants
from campaigns.tally as t;

create view facts.campaign_seat as
select
  s.member_id,
  s.program_id,
  s.campaign_id,
  s.from_on,
  s.until_on
from campaigns.seat as s;
