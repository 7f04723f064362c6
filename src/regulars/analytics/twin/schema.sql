create schema twin;

-- A trial of a program on the shop's own past orders: what was asked, how far it is, what came out. Names nobody.
create table twin.trial (
  program_id smallint not null references programs.program,
  trial_id uuid not null,
  asked jsonb not null,
  asked_at timestamptz not null,
  asked_by text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  orders bigint not null default 0,
  orders_done bigint not null default 0,
  ended_at timestamptz,
  outcomes jsonb not null default '[]',
  problem text not null default '',
  primary key (program_id, trial_id)
);
