create schema guard;

-- What is watched: a type with its numbers, what happens to whom it finds, and whether it only watches.
create table guard.rule (
  program_id smallint not null references programs.program,
  rule_id smallint not null check (rule_id > 0),
  type text not null,
  params jsonb not null,
  mode text not null check (mode in ('off', 'watch', 'live')),
  verdict text not null check (verdict in ('note', 'challenge', 'hold', 'refuse')),
  saved_at timestamptz not null,
  saved_by text not null,
  primary key (program_id, rule_id)
);

-- Whom a rule found, with what it saw. One open case for a member and a rule; what was decided stays, and is looked at
-- no more.
create table guard.finding (
  member_id uuid not null,
  case_id uuid not null,
  program_id smallint not null,
  rule_id smallint not null,
  type text not null,
  verdict text not null check (verdict in ('note', 'challenge', 'hold', 'refuse')),
  state text not null check (state in ('open', 'confirmed', 'released')),
  measured bigint not null,
  evidence jsonb not null,
  found_at timestamptz not null,
  decided_at timestamptz,
  decided_by text not null default '',
  decided_name text not null default '',
  reason text not null default '' check (char_length(reason) <= 400),
  primary key (member_id, case_id)
);
create unique index finding_open on guard.finding (member_id, rule_id) where state = 'open';
create index finding_queue on guard.finding (program_id, state, found_at desc);
