-- name: insert_trial
insert into twin.trial (program_id, trial_id, asked, asked_at, asked_by, orders)
values (%(program_id)s, %(trial_id)s, %(asked)s::jsonb, %(asked_at)s, %(asked_by)s, %(orders)s)
on conflict (program_id, trial_id) do nothing;

-- name: select_trials
select
  t.program_id, t.trial_id, t.asked, t.asked_at, t.asked_by, t.state, t.orders, t.orders_done, t.ended_at, t.outcomes, t.problem
from twin.trial as t
where t.program_id = %(program_id)s and (%(trial_id)s::uuid is null or t.trial_id = %(trial_id)s)
order by t.trial_id desc
limit %(limit)s;

-- name: select_unfinished
select t.program_id, t.trial_id
from twin.trial as t
where t.state in ('waiting', 'running')
order by t.trial_id;

-- name: begin_trial
update twin.trial
set state = 'running', orders_done = 0
where program_id = %(program_id)s and trial_id = %(trial_id)s and state in ('waiting', 'running');

-- name: note_progress
-- No row comes back where somebody cancelled it.
update twin.trial
set orders_done = %(orders_done)s
where program_id = %(program_id)s and trial_id = %(trial_id)s and state = 'running'
returning orders_done;

-- name: end_trial
update twin.trial
set state = %(state)s, ended_at = %(at)s, outcomes = %(outcomes)s::jsonb, problem = %(problem)s, orders_done = greatest(orders_done, %(orders_done)s)
where program_id = %(program_id)s and trial_id = %(trial_id)s and state in ('waiting', 'running');
