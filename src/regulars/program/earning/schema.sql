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
  created_at timestamptz not null,
  created_by text not null,
  primary key (program_id, rule_id, version)
);
