-- name: insert_note
with written as (insert into audit.note (body) values (%(body)s) returning place)
insert into audit.unsealed (place) select w.place from written as w;

-- name: lock_sealing
-- One sealer at a time; two never make two chains.
select pg_advisory_xact_lock(%(lock)s);

-- name: select_head
select s.number, s.digest
from audit.seal as s
order by s.number desc
limit 1;

-- name: take_unsealed
-- Those that are committed, in the order they were written; a note whose writer is not done yet is sealed later.
with taken as (
  delete from audit.unsealed as u
  where u.place = any(array(
    select w.place from audit.unsealed as w order by w.place limit %(limit)s
  ))
  returning u.place
)
select n.place, n.body
from audit.note as n
where n.place in (select t.place from taken as t)
order by n.place;

-- name: insert_seals
insert into audit.seal (number, place, digest)
select t.number, t.place, t.digest
from unnest(%(number)s::bigint[], %(place)s::bigint[], %(digest)s::bytea[]) as t (number, place, digest);

-- name: select_chain
select s.number, s.digest, n.body
from audit.seal as s
left join audit.note as n using (place)
order by s.number;

-- name: count_loose
-- Notes that are neither sealed nor wait to be, and places that wait for a note that is not there.
select
  (
    select count(*)
    from audit.note as n
    where not exists (select from audit.seal as s where s.place = n.place)
      and not exists (select from audit.unsealed as u where u.place = n.place)
  ) + (
    select count(*)
    from audit.unsealed as u
    where not exists (select from audit.note as n where n.place = u.place)
  ) as loose,
  (select count(*) from audit.unsealed) as waiting;

-- name: select_notes
select n.place, n.body, s.number
from audit.note as n
left join audit.seal as s using (place)
where (n.program_id = %(program_id)s or n.program_id is null)
  and n.place < %(before)s
  and n.at_us >= %(from_us)s
  and n.at_us < %(to_us)s
  and (%(person)s::text is null or n.person = %(person)s)
  and (cardinality(%(verbs)s::text[]) = 0 or n.verb = any(%(verbs)s::text[]))
  and (%(member_id)s::uuid is null or n.member_id = %(member_id)s)
order by n.place desc
limit %(limit)s;

-- name: select_people
-- Whoever acted, most active first.
select n.person, max(n.body::json ->> 'name'), count(*)
from audit.note as n
where (n.program_id = %(program_id)s or n.program_id is null)
group by n.person
order by 3 desc, 1
limit %(limit)s;

-- name: count_waiting
select count(*) from audit.unsealed;
