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
  used_at timestamptz
);
