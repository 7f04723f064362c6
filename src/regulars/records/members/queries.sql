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
-- After a lock, by a statement of its own: it sees what others had committed before the lock was ours.
select m.member_id, m.status, m.enrolled_on, m.language, p.birth_on, m.account_id, m.merged_into,
  m.enrolled_at, m.channel
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
  p.name, p.birth_on, p.attributes, m.merged_into
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
select count(*) from members.member where program_id = %(program_id)s and status not in (3, 4);

-- name: update_status
update members.member set status = %(status)s where member_id = %(member_id)s and program_id = %(program_id)s;

-- name: update_profile
update members.profile set name = %(name)s, birth_on = %(birth_on)s
where member_id = %(member_id)s;

-- name: select_contact_changed
-- When the latest phone or e-mail was added to somebody who was a member already.
select max(i.added_at)
from members.identifier as i
where i.member_id = %(member_id)s and i.kind in ('phone', 'email') and i.added_at > %(enrolled_at)s;

-- name: select_contacts_added
select i.member_id, i.added_at
from members.identifier as i
where i.member_id = any(%(member_ids)s::uuid[]) and i.kind in ('phone', 'email');

-- name: insert_household
insert into members.household (household_id, program_id, external_id, name, founded_at)
values (%(household_id)s, %(program_id)s, %(external_id)s, %(name)s, %(founded_at)s)
on conflict (household_id) do nothing
returning household_id;

-- name: select_households_among
select h.household_id
from members.household as h
where h.household_id = any(%(account_ids)s::uuid[]);

-- name: select_household
select h.household_id, h.program_id, h.external_id, h.name, h.founded_at, h.dissolved_at
from members.household as h
where h.household_id = %(household_id)s and h.program_id = %(program_id)s;

-- name: select_belonging
-- Who belongs to a household at present, in the order they joined.
select b.member_id, b.joined_at
from members.belonging as b
where b.household_id = %(household_id)s and b.left_at is null
order by b.joined_at, b.member_id;

-- name: select_households_of
-- Every household a member ever belonged to.
select distinct b.household_id
from members.belonging as b
where b.member_id = any(%(member_ids)s::uuid[]);

-- name: insert_belonging
insert into members.belonging (member_id, belonging_id, household_id, joined_at)
values (%(member_id)s, %(belonging_id)s, %(household_id)s, %(joined_at)s);

-- name: close_belonging
update members.belonging
set left_at = %(left_at)s
where member_id = %(member_id)s and household_id = %(household_id)s and left_at is null;

-- name: close_household
update members.household set dissolved_at = %(dissolved_at)s where household_id = %(household_id)s;

-- name: update_account
update members.member set account_id = %(account_id)s where member_id = %(member_id)s;

-- name: update_followers
-- The points of those who were merged into a member are kept where the member's are.
update members.member
set account_id = coalesce(%(account_id)s::uuid, merged_into)
where merged_into = %(member_id)s;

-- name: select_merges
-- The merges that stand of these members, or into them.
select g.member_id, g.merge_id, g.into_id, g.merged_at, g.before
from members.merge as g
where (g.member_id = any(%(member_ids)s::uuid[]) or g.into_id = any(%(into_ids)s::uuid[])) and g.undone_at is null
order by g.merged_at, g.member_id;

-- name: select_kin
-- Whom these members were ever merged into, and who into them, undone or not.
select g.member_id, g.into_id
from members.merge as g
where g.member_id = any(%(member_ids)s::uuid[]) or g.into_id = any(%(member_ids)s::uuid[]);

-- name: insert_merge
insert into members.merge (member_id, merge_id, into_id, program_id, merged_at, before)
values (%(member_id)s, %(merge_id)s, %(into_id)s, %(program_id)s, %(merged_at)s, %(before)s::jsonb);

-- name: close_merge
update members.merge set undone_at = %(undone_at)s
where member_id = %(member_id)s and merge_id = %(merge_id)s and undone_at is null;

-- name: update_merged
-- A member and all who were merged into them before, into another.
update members.member
set status = 4, merged_into = %(into_id)s, account_id = %(account_id)s
where member_id = any(%(member_ids)s::uuid[]);

-- name: update_unmerged
update members.member
set status = %(status)s, merged_into = null, account_id = null
where member_id = %(member_id)s;

-- name: point_identifiers
-- They find another from here on; whose they were before is kept.
update members.identifier
set member_id = %(into_id)s, merged_from = coalesce(merged_from, %(member_id)s)
where member_id = %(member_id)s;

-- name: return_identifiers
-- Back to whom they came from; those of members who were merged into them before come along.
update members.identifier
set member_id = %(member_id)s, merged_from = nullif(merged_from, %(member_id)s)
where member_id = %(into_id)s and merged_from = any(%(from_ids)s::uuid[]);
