create schema segments;

create table segments.segment (
  program_id smallint not null references programs.program,
  segment_id smallint not null check (segment_id > 0),
  code text not null,
  name jsonb not null,
  note text not null default '' check (char_length(note) <= 400),
  condition text not null,
  is_told boolean not null default false,
  is_archived boolean not null default false,
  created_at timestamptz not null,
  refreshed_at timestamptz,
  members bigint not null default 0,
  problem text not null default '',
  primary key (program_id, segment_id),
  unique (program_id, code)
);

-- Who changed what of a segment, from what to what.
create table segments.change (
  program_id smallint not null,
  segment_id smallint not null,
  change_id uuid not null,
  changed_at timestamptz not null,
  changed_by text not null,
  changes jsonb not null,
  primary key (program_id, segment_id, change_id)
);

-- Who was in a segment, since when until when: from this it can be told who was in it at any moment.
create table segments.membership (
  member_id uuid not null,
  program_id smallint not null,
  segment_id smallint not null,
  entered_at timestamptz not null,
  left_at timestamptz,
  primary key (member_id, program_id, segment_id, entered_at)
) with (fillfactor = 90);
create index membership_now on segments.membership (program_id, segment_id, member_id) where left_at is null;
create index membership_then on segments.membership (program_id, segment_id, left_at) where left_at is not null;

-- How many were in a segment at the end of a local day, and how many came and went on it.
create table segments.day (
  program_id smallint not null,
  segment_id smallint not null,
  on_date date not null,
  members bigint not null,
  entered bigint not null,
  gone bigint not null,
  primary key (program_id, segment_id, on_date)
);

create view facts.segment_membership as
select
  m.member_id,
  m.program_id,
  m.segment_id,
  m.entered_at,
  m.left_at
from segments.membership as m;
