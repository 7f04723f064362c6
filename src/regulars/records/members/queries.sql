-- name: select_found
-- Whom identifiers name.
select i.kind, i.value, i.member_id
from members.identifier as i
join unnest(%(kinds)s::text[], %(values)s::text[]) as wanted (kind, value) on wanted.kind = i.kind and wanted.value = i.value
where i.program_id = %(program_id)s;

-- name: insert_identifiers
-- In key order, so two batches that enroll the same people do not wait for each other in a ring.
insert into members.identifier (program_id, kind, value, member_id, added_at)
select %(program_id)s, t.kind, t.value, t.member_id, t.added_at
from unnest(%(kind)s::text[], %(value)s::text[], %(member_id)s::uuid[], %(added_at)s::timestamptz[]) as t (kind, value, member_id, added_at)
order by t.kind, t.value
on conflict (program_id, kind, value) do nothing
returning kind, value;

-- name: insert_members
insert into members.member (member_id, program_id, enrolled_at, enrolled_on, terms_version, language, channel)
select t.member_id, %(program_id)s, t.enrolled_at, t.enrolled_on, %(terms_version)s, t.language, t.channel
from unnest(
  %(member_id)s::uuid[], %(enrolled_at)s::timestamptz[], %(enrolled_on)s::date[], %(language)s::text[], %(channel)s::text[]
) as t (member_id, enrolled_at, enrolled_on, language, channel)
order by t.member_id;

-- name: insert_profiles
insert into members.profile (member_id, name, birth_on, attributes)
select t.member_id, t.name, t.birth_on, t.attributes::jsonb
from unnest(%(member_id)s::uuid[], %(name)s::text[], %(birth_on)s::date[], %(attributes)s::text[]) as t (
  member_id, name, birth_on, attributes
);

-- name: lock_members
-- One round trip for everybody a batch concerns, and those in whose accounts their points are kept; `no key update`
-- leaves foreign keys alone.
select members.lock_in_order(%(program_id)s::smallint, %(member_ids)s::uuid[]);

-- name: select_standing
-- Read after the lock, by a statement of its own: it sees what others had committed before the lock was ours.
select m.member_id, m.status, m.enrolled_on, m.language, p.birth_on, m.account_id
from members.member as m
join members.profile as p on p.member_id = m.member_id
where m.member_id = any(%(member_ids)s::uuid[]) and m.program_id = %(program_id)s
order by m.member_id;

-- name: lock_household
-- After the members; the caller goes by the order of the ids.
select h.household_id
from members.household as h
where h.household_id = %(household_id)s
for no key update;

-- name: select_accounts
select m.member_id, m.account_id
from members.member as m
where m.member_id = any(%(member_ids)s::uuid[]) and m.account_id is not null;

-- name: select_members
select
  m.member_id, m.program_id, m.status, m.enrolled_at, m.enrolled_on, m.terms_version, m.language, m.channel,
  p.name, p.birth_on, p.attributes
from members.member as m
join members.profile as p on p.member_id = m.member_id
where m.member_id = any(%(member_ids)s::uuid[]) and m.program_id = %(program_id)s;

-- name: select_identifiers
-- Apart from the members, for they may stand on other machines.
select i.member_id, i.kind, i.value
from members.identifier as i
where i.member_id = any(%(member_ids)s::uuid[])
order by i.member_id asc, i.kind desc, i.value asc;

-- name: search_members
-- By the beginning of an identifier, the end of a phone or card, or a part of the name; newest first.
select m.member_id, m.enrolled_at
from members.member as m
join members.profile as p on p.member_id = m.member_id
where m.program_id = %(program_id)s
  and (
    %(text)s = ''
    or p.name ilike '%%' || %(text)s || '%%'
    or m.member_id in (
      select i.member_id
      from members.identifier as i
      where i.program_id = %(program_id)s
        and (i.value like %(text)s || '%%' or (i.kind in ('phone', 'card') and i.value like '%%' || %(text)s))
    )
  )
  and (%(before_at)s::timestamptz is null or (m.enrolled_at, m.member_id) < (%(before_at)s, %(before_id)s::uuid))
order by m.enrolled_at desc, m.member_id desc
limit %(limit)s;

-- name: count_members
select count(*) from members.member where program_id = %(program_id)s and status <> 3;

-- name: update_status
update members.member set status = %(status)s where member_id = %(member_id)s and program_id = %(program_id)s;

-- name: update_profile
update members.profile set name = %(name)s, birth_on = %(birth_on)s
where member_id = %(member_id)s;
