create schema referrals;

-- The terms of a program's referrals: one row, or none where there never were any.
create table referrals.scheme (
  program_id smallint primary key references programs.program,
  is_live boolean not null,
  advocate_points bigint not null check (advocate_points >= 0),
  friend_points bigint not null check (friend_points >= 0),
  minimum_minor bigint not null check (minimum_minor >= 0),
  window_days smallint not null check (window_days > 0),
  keep_days smallint check (keep_days >= 0),
  cap smallint check (cap > 0),
  cap_period text not null default 'year' check (cap_period in ('month', 'year', 'ever')),
  link text not null default ''
);

-- Who changed what of the terms, from what to what.
create table referrals.change (
  program_id smallint not null,
  change_id uuid not null,
  changed_at timestamptz not null,
  changed_by text not null,
  changes jsonb not null,
  primary key (program_id, change_id)
);

-- Whose code it is. Found before a member is known, so it is spread by itself.
create table referrals.code (
  program_id smallint not null,
  code text not null,
  member_id uuid not null,
  primary key (program_id, code)
);

create table referrals.advocate (
  member_id uuid primary key,
  program_id smallint not null,
  code text not null,
  issued_at timestamptz not null
);
create index advocate_program on referrals.advocate (program_id);

-- One row for each friend: who brought them, and how far it came.
create table referrals.referral (
  member_id uuid primary key,
  program_id smallint not null,
  advocate_id uuid not null,
  state smallint not null check (state in (1, 2, 3, 4, 5, 6)),
  review smallint not null default 0 check (review in (0, 1, 2, 3)),
  reasons text[] not null default '{}',
  joined_at timestamptz not null,
  joined_on date not null,
  order_id uuid,
  bought_on date,
  due_on date,
  paid_on date,
  advocate_points bigint not null default 0,
  friend_points bigint not null default 0,
  note text not null default '',
  decided_by text not null default '',
  decided_at timestamptz
);
create index referral_advocate on referrals.referral (advocate_id, joined_at);
create index referral_due on referrals.referral (program_id, state, due_on);
create index referral_review on referrals.referral (program_id, joined_at) where review = 1;

-- Digests of what a member joined with or pays from; what they were cannot be read back. Found by the digest.
create table referrals.trait (
  program_id smallint not null,
  digest bytea not null,
  kind text not null check (kind in ('device', 'address', 'payment', 'email', 'phone')),
  member_id uuid not null,
  seen_at timestamptz not null,
  primary key (program_id, digest, member_id)
);
create index trait_member on referrals.trait (member_id);
