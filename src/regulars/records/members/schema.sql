create schema members;

-- No personal data here: what names a person lives in profile and identifier, which erasure empties.
create table members.member (
  member_id uuid primary key,
  program_id smallint not null references programs.program,
  status smallint not null default 1 check (status in (1, 2, 3)),
  enrolled_at timestamptz not null,
  enrolled_on date not null,
  terms_version integer not null,
  language text not null check (language in ('en', 'zh')),
  channel text not null default '',
  account_id uuid
);
create index member_enrolled on members.member (program_id, enrolled_on);
-- Whose points are kept in another account: their household's, or the member's they were merged into.
create index member_account on members.member (member_id, account_id) where account_id is not null;

-- Several members who share one account of points.
create table members.household (
  household_id uuid primary key,
  program_id smallint not null references programs.program,
  name text not null default '' check (char_length(name) <= 200),
  founded_at timestamptz not null,
  dissolved_at timestamptz
);

-- Locks members one by one in the order of their ids, so that two batches never wait for each other in a ring; with them
-- those in whose accounts their points are kept, who are the answer. Not one statement for all: a lock must find its
-- member on one machine (docs/adr/0011-spread-by-member.md).
create function members.lock_in_order(program smallint, ids uuid[]) returns uuid[] language plpgsql as $$
declare
  one uuid;
  kept_by uuid[] := array(
    select distinct m.account_id from members.member as m where m.member_id = any(ids) and m.account_id is not null
  );
begin
  for one in select distinct t.id from unnest(ids || kept_by) as t (id) order by t.id loop
    perform from members.member as m where m.member_id = one and m.program_id = program for no key update;
  end loop;
  return kept_by;
end
$$;

create table members.profile (
  member_id uuid primary key references members.member,
  name text not null default '' check (char_length(name) <= 200),
  birth_on date,
  attributes jsonb not null default '{}'
);

-- Looked up by what the till knows; its key has no member_id, so it is distributed by itself.
create table members.identifier (
  program_id smallint not null,
  kind text not null check (kind in ('external', 'phone', 'email', 'card')),
  value text not null check (char_length(value) between 1 and 200),
  member_id uuid not null,
  added_at timestamptz not null,
  verified_at timestamptz,
  primary key (program_id, kind, value)
);
create index identifier_member on members.identifier (member_id);

create schema if not exists facts;
create view facts.member as
select
  m.member_id,
  m.program_id,
  m.status,
  m.enrolled_at,
  m.enrolled_on,
  m.language,
  m.channel,
  coalesce(m.account_id, m.member_id) as account_id
from members.member as m;

-- Apart from facts.member, which names nobody: a birthday is personal data. Erasure empties it.
create view facts.profile as
select
  p.member_id,
  p.birth_on
from members.profile as p;
