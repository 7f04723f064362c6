-- name: count_by_state
-- What waits, runs and has died; finished jobs are gone from this table.
select entrypoint, status::text, count(*)
from jobs.pgqueuer
group by entrypoint, status;

-- name: list_dead
-- Jobs that failed their last try and wait for a person, with what went wrong.
select
  q.id,
  q.entrypoint,
  q.payload,
  q.attempts,
  q.updated,
  (
    select l.traceback ->> 'exception_message'
    from jobs.pgqueuer_log as l
    where l.job_id = q.id and l.traceback is not null
    order by l.id desc
    limit 1
  ) as cause
from jobs.pgqueuer as q
where q.status = 'failed'
order by q.updated desc, q.id desc
limit %(rows_max)s;

-- name: revive_dead
-- A person asks for a dead job to be tried again from its first try.
update jobs.pgqueuer
set status = 'queued', attempts = 0, execute_after = %(at)s, updated = %(at)s
where id = %(id)s and status = 'failed'
returning id;

-- name: forget_log
-- The history of single jobs is kept for days, not for ever.
delete from jobs.pgqueuer_log
where created < %(before)s;

-- name: forget_statistics
delete from jobs.pgqueuer_statistics
where created < %(before)s;
