create schema access;

-- Only a digest of the secret is kept; `hint` is its first characters, shown to tell keys apart.
create table access.api_key (
  key_id uuid primary key,
  program_id smallint not null references programs.program,
  label text not null check (char_length(label) between 1 and 100),
  hint text not null,
  secret_digest bytea not null unique,
  scopes text[] not null check (scopes <@ array['checkout', 'admin']),
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  used_at timestamptz,
  issued_by text not null default '',
  networks text[] not null default '{}',
  minute_max integer check (minute_max > 0)
);

-- Which members the staff are themselves: nobody adjusts their own points. What was named stays named, or one could
-- take one's name off, help oneself and put it back.
create table access.own_member (
  program_id smallint not null references programs.program,
  person text not null,
  member_id uuid not null,
  named_at timestamptz not null,
  primary key (program_id, person, member_id)
);

-- What was answered to a request that carried an Idempotency-Key, kept 30 days; the key's digest of the request
-- tells whether the same key came with another one.
create table access.idempotency (
  program_id smallint not null references programs.program,
  key text not null check (char_length(key) between 1 and 255),
  request_digest bytea not null,
  status smallint not null,
  body bytea not null,
  stored_at timestamptz not null,
  primary key (program_id, key)
);
create index idempotency_time on access.idempotency (stored_at);
