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
  channel text not null default ''
);
create index member_enrolled on members.member (program_id, enrolled_on);

-- Locks members one by one in the order of their ids, so that two batches never wait for each other in a ring. Not one
-- statement for all: a lock must find its member on one machine (docs/adr/0011-spread-by-member.md).
create function members.lock_in_order(program smallint, ids uuid[]) returns void language plpgsql as $$
declare one uuid;
begin
  for one in select distinct t.id from unnest(ids) as t (id) order by t.id loop
    perform from members.member as m where m.member_id = one and m.program_id = program for no key update;
  end loop;
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
  m.channel
from members.member as m;
