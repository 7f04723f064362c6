create schema audit;

-- Who did what, written once: `body` is the note in JSON, and its digest covers every byte of it. What is searched is
-- drawn from the body by the database itself, so that no column can say something else than what was sealed.
create table audit.note (
  place bigint generated always as identity primary key,
  body text not null,
  at_us bigint generated always as ((body::json ->> 'at_us')::bigint) stored,
  program_id smallint generated always as ((body::json ->> 'program_id')::smallint) stored,
  person text generated always as (body::json ->> 'person') stored,
  verb text generated always as (body::json ->> 'verb') stored,
  member_id uuid generated always as ((body::json ->> 'member_id')::uuid) stored
);
create index note_time on audit.note (at_us);
create index note_member on audit.note (member_id, place) where member_id is not null;
create index note_person on audit.note (person, place);

-- Written but not yet in the chain: committed notes wait here for the next sealing.
create table audit.unsealed (
  place bigint primary key
);

-- The chain, in the order in which notes were found committed: each digest covers the one before it and the note's body.
create table audit.seal (
  number bigint primary key,
  place bigint not null unique,
  digest bytea not null
);

-- Nobody changes what was written. A superuser can take this away; the chain and its signed heads then tell.
create function audit.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only added to' using errcode = 'insufficient_privilege';
end
$$;
create trigger note_kept before update or delete on audit.note for each statement execute function audit.refuse();
create trigger seal_kept before update or delete on audit.seal for each statement execute function audit.refuse();
