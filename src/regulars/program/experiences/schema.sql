create schema experiences;

create table experiences.experience (
  program_id smallint not null references programs.program,
  experience_id uuid not null,
  code text not null,
  name jsonb not null,
  description jsonb not null,
  place text not null default '',
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  capacity integer not null check (capacity > 0),
  rank_min smallint not null default 0,
  condition text not null default '',
  no_show_days smallint not null default 0 check (no_show_days >= 0),
  state smallint not null default 1 check (state in (1, 2, 3, 4)),
  campaign_id smallint,
  primary key (program_id, experience_id),
  unique (program_id, code)
);

-- Who changed what of an experience, from what to what.
create table experiences.change (
  program_id smallint not null,
  experience_id uuid not null,
  change_id uuid not null,
  changed_at timestamptz not null,
  changed_by text not null,
  changes jsonb not null,
  primary key (program_id, experience_id, change_id)
);

-- Whoever signs up or cancels holds this one row: seats are given in one order, and the check is the last word.
create table experiences.seats (
  experience_id uuid primary key,
  capacity integer not null,
  taken integer not null default 0,
  queue bigint not null default 0,
  check (taken between 0 and capacity)
);

create table experiences.booking (
  member_id uuid not null,
  experience_id uuid not null,
  program_id smallint not null,
  state smallint not null check (state in (1, 2, 3, 4, 5)),
  place bigint not null,
  ticket uuid not null,
  booked_at timestamptz not null,
  moved_up_at timestamptz,
  attended_at timestamptz,
  excluded_until date,
  rating smallint check (rating between 1 and 5),
  comment text not null default '',
  rated_at timestamptz,
  primary key (member_id, experience_id)
);
create index booking_queue on experiences.booking (experience_id, state, place);
