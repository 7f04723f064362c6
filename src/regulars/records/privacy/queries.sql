-- name: select_versions
select w.purpose, max(w.version)
from privacy.wording as w
where w.program_id = %(program_id)s
group by w.purpose;

-- name: select_wordings
select w.purpose, w.version, w.body, w.published_at, w.published_by
from privacy.wording as w
where w.program_id = %(program_id)s
order by w.purpose asc, w.version desc;

-- name: insert_wording
insert into privacy.wording (program_id, purpose, version, body, published_at, published_by)
select
  %(program_id)s, %(purpose)s, coalesce(max(w.version), 0) + 1, %(body)s::jsonb, %(published_at)s, %(published_by)s
from privacy.wording as w
where w.program_id = %(program_id)s and w.purpose = %(purpose)s
returning version;

-- name: select_basis
select b.purpose, b.needs_yes
from privacy.basis as b
where b.program_id = %(program_id)s;

-- name: set_basis
insert into privacy.basis (program_id, purpose, needs_yes)
values (%(program_id)s, %(purpose)s, %(needs_yes)s)
on conflict (program_id, purpose) do update set needs_yes = excluded.needs_yes;

-- name: insert_consents
insert into privacy.consent (
  member_id, consent_id, program_id, purpose, channel, is_given, version, place, proof, told_by, given_at, recorded_at
)
select
  %(member_id)s, t.consent_id, %(program_id)s, t.purpose, t.channel, t.is_given, t.version, t.place, t.proof,
  t.told_by, t.given_at, %(recorded_at)s
from unnest(
  %(consent_id)s::uuid[], %(purpose)s::text[], %(channel)s::text[], %(is_given)s::boolean[], %(version)s::integer[],
  %(place)s::text[], %(proof)s::text[], %(told_by)s::text[], %(given_at)s::timestamptz[]
) as t (consent_id, purpose, channel, is_given, version, place, proof, told_by, given_at);

-- name: upsert_choices
-- The newest holds; a choice that is told late does not undo a newer one, and at the same instant a no does.
insert into privacy.choice as c (member_id, purpose, channel, program_id, is_given, version, since_at)
select distinct on (t.purpose, t.channel)
  %(member_id)s, t.purpose, t.channel, %(program_id)s, t.is_given, t.version, t.given_at
from unnest(
  %(purpose)s::text[], %(channel)s::text[], %(is_given)s::boolean[], %(version)s::integer[],
  %(given_at)s::timestamptz[]
) as t (purpose, channel, is_given, version, given_at)
order by t.purpose asc, t.channel asc, t.given_at desc, t.is_given asc
on conflict (member_id, purpose, channel) do update
  set is_given = excluded.is_given, version = excluded.version, since_at = excluded.since_at
  where excluded.since_at > c.since_at or (excluded.since_at = c.since_at and not excluded.is_given);

-- name: select_choices
select c.purpose, c.channel, c.is_given, c.since_at, c.version
from privacy.choice as c
where c.member_id = %(member_id)s;

-- name: select_history
select
  c.purpose, c.channel, c.is_given, c.version, c.place, c.told_by, c.given_at, c.proof, c.recorded_at
from privacy.consent as c
where c.member_id = %(member_id)s
order by c.recorded_at desc, c.consent_id desc
limit %(limit)s;

-- name: select_allowed
select t.member_id
from unnest(%(member_ids)s::uuid[]) as t (member_id)
left join privacy.choice as c
  on c.member_id = t.member_id and c.purpose = %(purpose)s and c.channel = %(channel)s
where coalesce(c.is_given, not %(needs_yes)s)
  and not exists (select from privacy.restriction as r where r.member_id = t.member_id);

-- name: insert_ask
insert into privacy.ask (digest, program_id, member_id, purpose, channel, version, asked_at, ends_at)
values (
  %(digest)s, %(program_id)s, %(member_id)s, %(purpose)s, %(channel)s, %(version)s, %(asked_at)s, %(ends_at)s
);

-- name: select_ask
select a.program_id, a.member_id, a.purpose, a.channel, a.version, a.asked_at, a.ends_at, a.used_at
from privacy.ask as a
where a.digest = %(digest)s;

-- name: use_ask
update privacy.ask set used_at = %(at)s where digest = %(digest)s and used_at is null and ends_at > %(at)s;

-- name: insert_stop
insert into privacy.stop (digest, program_id, member_id, purpose, channel, made_at)
values (%(digest)s, %(program_id)s, %(member_id)s, %(purpose)s, %(channel)s, %(made_at)s);

-- name: select_stop
select s.program_id, s.member_id, s.purpose, s.channel
from privacy.stop as s
where s.digest = %(digest)s;

-- name: restrict
insert into privacy.restriction (member_id, program_id, since_at, reason, told_by)
values (%(member_id)s, %(program_id)s, %(since_at)s, %(reason)s, %(told_by)s)
on conflict (member_id) do nothing;

-- name: lift
delete from privacy.restriction where member_id = %(member_id)s;

-- name: select_restriction
select r.since_at, r.reason, r.told_by
from privacy.restriction as r
where r.member_id = %(member_id)s;

-- name: ask_erasure
insert into privacy.erasure as e (member_id, program_id, asked_at, asked_by, due_on)
values (%(member_id)s, %(program_id)s, %(asked_at)s, %(asked_by)s, %(due_on)s)
on conflict (member_id) do update set due_on = excluded.due_on where e.done_at is null;

-- name: note_erased
insert into privacy.erasure as e (member_id, program_id, asked_at, asked_by, due_on, done_at)
values (%(member_id)s, %(program_id)s, %(at)s, %(asked_by)s, %(on_date)s, %(at)s)
on conflict (member_id) do update set done_at = coalesce(e.done_at, excluded.done_at), blocked = '{}';

-- name: note_blocked
update privacy.erasure set blocked = %(blocked)s where member_id = %(member_id)s and done_at is null;

-- name: withdraw_erasure
delete from privacy.erasure where member_id = %(member_id)s and done_at is null;

-- name: select_erasures
select e.member_id, e.program_id, e.asked_at, e.asked_by, e.due_on, e.done_at, e.blocked
from privacy.erasure as e
where e.program_id = %(program_id)s
order by coalesce(e.done_at, e.asked_at) desc, e.member_id asc
limit %(limit)s;

-- name: select_erasure
select e.member_id, e.program_id, e.asked_at, e.asked_by, e.due_on, e.done_at, e.blocked
from privacy.erasure as e
where e.member_id = %(member_id)s;

-- name: select_due
select e.member_id, e.program_id, e.asked_at, e.asked_by, e.due_on, e.done_at, e.blocked
from privacy.erasure as e
where e.program_id = %(program_id)s and e.done_at is null and e.due_on <= %(on_date)s
order by e.due_on, e.member_id
limit %(limit)s;

-- name: select_retention
select r.kept_table, r.keep_days
from privacy.retention as r
where r.program_id = %(program_id)s;

-- name: set_retention
insert into privacy.retention (program_id, kept_table, keep_days)
values (%(program_id)s, %(kept_table)s, %(keep_days)s)
on conflict (program_id, kept_table) do update set keep_days = excluded.keep_days;
