-- name: insert_key
insert into access.api_key (key_id, program_id, label, hint, secret_digest, scopes, created_at, expires_at, issued_by,
  networks, minute_max)
values (%(key_id)s, %(program_id)s, %(label)s, %(hint)s, %(secret_digest)s, %(scopes)s, %(created_at)s, %(expires_at)s,
  %(issued_by)s, %(networks)s, %(minute_max)s);

-- name: select_key
select k.key_id, k.program_id, k.label, k.hint, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.used_at,
  k.issued_by, k.networks, k.minute_max
from access.api_key as k
where k.secret_digest = %(secret_digest)s;

-- name: select_keys
select k.key_id, k.program_id, k.label, k.hint, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.used_at,
  k.issued_by, k.networks, k.minute_max
from access.api_key as k
where k.program_id = %(program_id)s
order by k.created_at desc;

-- name: touch_key
-- At most once a minute: knowing when a key was last used must not cost a write a request.
update access.api_key set used_at = %(at)s
where key_id = %(key_id)s and (used_at is null or used_at < %(at)s::timestamptz - interval '1 minute');

-- name: end_key
-- A key that has a successor ends by itself, not later than it would have.
update access.api_key set expires_at = least(coalesce(expires_at, %(ends_at)s), %(ends_at)s)
where key_id = %(key_id)s and program_id = %(program_id)s and revoked_at is null;

-- name: revoke_key
update access.api_key set revoked_at = %(at)s
where key_id = %(key_id)s and program_id = %(program_id)s and revoked_at is null;

-- name: insert_own_member
insert into access.own_member (program_id, person, member_id, named_at)
values (%(program_id)s, %(person)s, %(member_id)s, %(named_at)s)
on conflict (program_id, person, member_id) do nothing;

-- name: forget_results_of
-- A result that names a member holds their id as text.
delete from access.idempotency
where program_id = %(program_id)s and position(convert_to(%(member)s, 'UTF8') in body) > 0;

-- name: select_own_members
select o.member_id
from access.own_member as o
where o.program_id = %(program_id)s and o.person = %(person)s
order by o.named_at, o.member_id;

-- name: lock_results
-- Held until the transaction ends and never waited for: a key that is not ours belongs to a request still running.
select t.key, pg_try_advisory_xact_lock(t.lock_key) as is_ours
from unnest(%(keys)s::text[], %(lock_keys)s::bigint[]) as t (key, lock_key);

-- name: select_results
select i.key, i.request_digest, i.status, i.body
from access.idempotency as i
where i.program_id = %(program_id)s and i.key = any(%(keys)s::text[]);

-- name: insert_results
insert into access.idempotency (program_id, key, request_digest, status, body, stored_at)
select %(program_id)s, t.key, t.request_digest, t.status, t.body, %(stored_at)s::timestamptz
from unnest(%(key)s::text[], %(request_digest)s::bytea[], %(status)s::smallint[], %(body)s::bytea[]) as t (
  key, request_digest, status, body
);

-- name: delete_old_results
delete from access.idempotency
where stored_at < %(before_at)s;
