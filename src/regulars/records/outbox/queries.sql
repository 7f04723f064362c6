-- name: open_writing
-- Whoever writes changes says so until their transaction ends, with the place that was last given when they began:
-- all theirs come after it. The setting remembers it within the transaction, and is undone with a savepoint as the
-- lock is.
select
  pg_advisory_xact_lock_shared(
    %(lock_class)s::integer, mod(case when s.is_called then s.last_value else 0 end, 2147483648)::integer
  ),
  set_config('regulars.writes_changes', 'yes', true)
from outbox.change_place_seq as s
where coalesce(current_setting('regulars.writes_changes', true), '') = '';

-- name: insert_changes
-- A few changes and the saying in one go: no row gets its place before `opened` was read to its end.
with opened as materialized (
  select
    pg_advisory_xact_lock_shared(
      %(lock_class)s::integer, mod(case when s.is_called then s.last_value else 0 end, 2147483648)::integer
    ),
    set_config('regulars.writes_changes', 'yes', true)
  from outbox.change_place_seq as s
  where coalesce(current_setting('regulars.writes_changes', true), '') = ''
)
insert into outbox.change (program_id, type, member_id, subject_id, occurred_at, recorded_at, data)
select %(program_id)s::smallint, t.type, t.member_id, t.subject_id, t.occurred_at, t.recorded_at, t.data::json
from (select count(*) from opened) as o
cross join unnest(
  %(type)s::text[], %(member_id)s::uuid[], %(subject_id)s::uuid[], %(occurred_at)s::timestamptz[],
  %(recorded_at)s::timestamptz[], %(data)s::text[]
) with ordinality as t (type, member_id, subject_id, occurred_at, recorded_at, data, number)
order by t.number;

-- name: select_given
-- The place that was last given. No reading is safe in a transaction that goes on looking at an old picture.
select case when s.is_called then s.last_value else 0 end, current_setting('transaction_isolation')
from outbox.change_place_seq as s;

-- name: select_writers
-- Where those began who have not ended yet; what this very transaction wrote it may read.
select l.objid::bigint
from pg_catalog.pg_locks as l
where l.locktype = 'advisory'
  and l.classid = %(lock_class)s
  and l.objsubid = 2
  and l.pid is distinct from %(own_pid)s
  and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = current_database());

-- name: select_changes
select c.place, c.type, c.member_id, c.subject_id, c.occurred_at, c.recorded_at, c.data
from outbox.change as c
where c.program_id = %(program_id)s
  and c.place > %(after)s
  and c.place <= %(upto)s
  and (cardinality(%(types)s::text[]) = 0 or c.type = any(%(types)s::text[]))
order by c.place
limit %(limit)s;

-- name: select_end
-- How far so many changes reach: where few types are wanted, a page looks at no more of the others.
select max(f.place), count(*)
from (
  select c.place
  from outbox.change as c
  where c.program_id = %(program_id)s and c.place > %(after)s and c.place <= %(upto)s
  order by c.place
  limit %(limit)s
) as f;

-- name: select_forgotten
select f.to_place
from outbox.forgotten as f
where f.program_id = %(program_id)s;

-- name: delete_old
-- The first so many, as far as they are old.
with
  oldest as (
    select c.place
    from outbox.change as c
    where c.program_id = %(program_id)s
    order by c.place
    limit %(limit)s
  ),
  gone as (
    delete from outbox.change as c
    where c.program_id = %(program_id)s
      and c.place = any(array(select o.place from oldest as o))
      and c.recorded_at < %(before_at)s
    returning c.place
  )
select max(g.place), count(*) from gone as g;

-- name: note_forgotten
insert into outbox.forgotten as f (program_id, to_place)
values (%(program_id)s, %(to_place)s)
on conflict (program_id) do update set to_place = greatest(f.to_place, excluded.to_place);
