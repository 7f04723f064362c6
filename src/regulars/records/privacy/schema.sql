create schema privacy;

-- What members are asked to agree to, in versions: a text that was shown once is never changed.
create table privacy.wording (
  program_id smallint not null references programs.program,
  purpose text not null check (purpose in ('service', 'marketing', 'profiling', 'personalization', 'sharing')),
  version integer not null check (version > 0),
  body jsonb not null,
  published_at timestamptz not null,
  published_by text not null,
  primary key (program_id, purpose, version)
);

-- Whether a purpose waits for a yes, or goes on until a no.
create table privacy.basis (
  program_id smallint not null references programs.program,
  purpose text not null check (purpose in ('service', 'marketing', 'profiling', 'personalization', 'sharing')),
  needs_yes boolean not null,
  primary key (program_id, purpose)
);

-- Every yes and every no, as it was given: who, when, where, to which text, and what proves it. Only added to.
create table privacy.consent (
  member_id uuid not null,
  consent_id uuid not null,
  program_id smallint not null,
  purpose text not null check (purpose in ('service', 'marketing', 'profiling', 'personalization', 'sharing')),
  channel text not null check (channel in ('', 'email', 'sms', 'push', 'wechat', 'phone', 'post')),
  is_given boolean not null,
  version integer not null,
  place text not null check (char_length(place) between 1 and 100),
  proof text not null default '' check (char_length(proof) <= 400),
  told_by text not null,
  given_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (member_id, consent_id)
);

-- What holds now, of each purpose and channel: the newest yes or no.
create table privacy.choice (
  member_id uuid not null,
  purpose text not null,
  channel text not null,
  program_id smallint not null,
  is_given boolean not null,
  version integer not null,
  since_at timestamptz not null,
  primary key (member_id, purpose, channel)
);

-- Who was asked to say yes once more by a link (double opt-in). Only the token's digest is kept.
create table privacy.ask (
  digest bytea primary key,
  program_id smallint not null,
  member_id uuid not null,
  purpose text not null,
  channel text not null,
  version integer not null,
  asked_at timestamptz not null,
  ends_at timestamptz not null,
  used_at timestamptz
);
create index ask_member on privacy.ask (member_id);

-- Members whose data is kept and not used.
create table privacy.restriction (
  member_id uuid primary key,
  program_id smallint not null,
  since_at timestamptz not null,
  reason text not null check (char_length(reason) <= 400),
  told_by text not null
);

-- Who asked to be forgotten, and when it was done. It outlives a restored backup as a file beside the data.
create table privacy.erasure (
  member_id uuid primary key,
  program_id smallint not null,
  asked_at timestamptz not null,
  asked_by text not null,
  due_on date not null,
  done_at timestamptz,
  blocked text[] not null default '{}'
);
create index erasure_open on privacy.erasure (program_id, due_on) where done_at is null;

-- How long rows of a table are kept, where the shop has said something else than the table itself.
create table privacy.retention (
  program_id smallint not null references programs.program,
  kept_table text not null,
  keep_days integer not null check (keep_days between 1 and 36500),
  primary key (program_id, kept_table)
);

-- Members of whom no picture may be drawn: they said no, did not say the yes that is needed, or restricted their data.
create view facts.unprofiled as
select c.member_id
from privacy.choice as c
where c.purpose = 'profiling' and not c.is_given
union
select r.member_id
from privacy.restriction as r
union
select m.member_id
from facts.member as m
inner join privacy.basis as b on b.program_id = m.program_id and b.purpose = 'profiling' and b.needs_yes
where not exists (
  select from privacy.choice as c
  where c.member_id = m.member_id and c.purpose = 'profiling' and c.is_given
);

-- Links by which members say no: at the foot of messages, to be used at any time. Only the token's digest is kept.
create table privacy.stop (
  digest bytea primary key,
  program_id smallint not null,
  member_id uuid not null,
  purpose text not null,
  channel text not null,
  made_at timestamptz not null
);
create index stop_member on privacy.stop (member_id);
