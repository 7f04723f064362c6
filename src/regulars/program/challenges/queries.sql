-- name: select_challenges
select
  c.program_id, c.challenge_id, c.code, c.name, c.description, c.measure, c.counts, c.milestones, c.condition, c.season,
  c.starts_at, c.ends_at, c.state, c.campaign_id
from challenges.challenge as c
where c.program_id = %(program_id)s
order by c.challenge_id;

-- name: lock_challenge
select c.state
from challenges.challenge as c
where c.program_id = %(program_id)s and c.challenge_id = %(challenge_id)s
for update;

-- name: upsert_challenge
insert into challenges.challenge (
  program_id, challenge_id, code, name, description, measure, counts, milestones, condition, season, starts_at, ends_at, state,
  campaign_id
)
values (
  %(program_id)s, %(challenge_id)s, %(code)s, %(name)s::jsonb, %(description)s::jsonb, %(measure)s, %(counts)s,
  %(milestones)s::jsonb, %(condition)s, %(season)s, %(starts_at)s, %(ends_at)s, %(state)s, %(campaign_id)s
)
on conflict (program_id, challenge_id) do update
set name = excluded.name, description = excluded.description, measure = excluded.measure, counts = excluded.counts,
    milestones = excluded.milestones, condition = excluded.condition, season = excluded.season, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, state = excluded.state, campaign_id = excluded.campaign_id;

-- name: insert_change
insert into challenges.change (program_id, challenge_id, change_id, changed_at, changed_by, changes)
values (%(program_id)s, %(challenge_id)s, %(change_id)s, %(changed_at)s, %(changed_by)s, %(changes)s::jsonb);

-- name: select_changes
select c.changed_at, c.changed_by, c.changes
from challenges.change as c
where c.program_id = %(program_id)s and c.challenge_id = %(challenge_id)s
order by c.change_id desc;

-- name: select_marks
-- What members have done so far in these seasons, by mark; one row for a challenge that sums.
select s.member_id, s.challenge_id, s.season_on, s.mark, sum(s.amount)::bigint as amount, max(s.occurred_at) as reached_at
from challenges.step as s
join unnest(%(member_id)s::uuid[], %(challenge_id)s::uuid[], %(season_on)s::date[]) as w (member_id, challenge_id, season_on)
  on w.member_id = s.member_id and w.challenge_id = s.challenge_id and w.season_on = s.season_on
where s.amount > 0
group by s.member_id, s.challenge_id, s.season_on, s.mark;

-- name: select_turns
-- How often each milestone was given, and whether one of these stands.
select
  a.member_id, a.challenge_id, a.season_on, a.milestone_no, max(a.turn) as turn, bool_or(a.taken_back_at is null) as stands
from challenges.award as a
join unnest(%(member_id)s::uuid[], %(challenge_id)s::uuid[], %(season_on)s::date[]) as w (member_id, challenge_id, season_on)
  on w.member_id = a.member_id and w.challenge_id = a.challenge_id and w.season_on = a.season_on
group by a.member_id, a.challenge_id, a.season_on, a.milestone_no;

-- name: upsert_standings
insert into challenges.standing (member_id, challenge_id, season_on, value, reached_at)
select t.member_id, t.challenge_id, t.season_on, t.value, t.reached_at
from unnest(
  %(member_id)s::uuid[], %(challenge_id)s::uuid[], %(season_on)s::date[], %(value)s::bigint[], %(reached_at)s::timestamptz[]
) as t (member_id, challenge_id, season_on, value, reached_at)
on conflict (member_id, challenge_id, season_on) do update set value = excluded.value, reached_at = excluded.reached_at;

-- name: select_steps_of
select s.member_id, s.challenge_id, s.activity_id, s.mark, s.season_on, s.amount, s.occurred_at
from challenges.step as s
where s.member_id = %(member_id)s and s.activity_id = %(activity_id)s and s.amount > 0;

-- name: lower_step
update challenges.step
set amount = %(amount)s
where member_id = %(member_id)s and challenge_id = %(challenge_id)s and activity_id = %(activity_id)s and mark = %(mark)s;

-- name: select_awards
-- A member's, newest first.
select
  a.member_id, a.challenge_id, a.season_on, a.milestone_no, a.turn, a.activity_id, a.points, a.wallet_id, a.badge, a.active_on,
  a.expires_on, a.awarded_at, a.awarded_on, a.taken_back_at
from challenges.award as a
where a.member_id = %(member_id)s and (%(challenge_id)s::uuid is null or a.challenge_id = %(challenge_id)s)
order by a.awarded_at desc, a.challenge_id asc, a.milestone_no desc;

-- name: take_back_award
update challenges.award
set taken_back_at = %(at)s
where member_id = %(member_id)s and challenge_id = %(challenge_id)s and season_on = %(season_on)s
  and milestone_no = %(milestone_no)s and turn = %(turn)s and taken_back_at is null;

-- name: select_progress
select s.challenge_id, s.season_on, s.value
from challenges.standing as s
where s.member_id = %(member_id)s;

-- name: select_player
select p.pseudonym from challenges.player as p where p.member_id = %(member_id)s;

-- name: upsert_player
insert into challenges.player (member_id, program_id, pseudonym, joined_at)
values (%(member_id)s, %(program_id)s, %(pseudonym)s, %(at)s)
on conflict (member_id) do update set pseudonym = excluded.pseudonym;

-- name: delete_player
delete from challenges.player where member_id = %(member_id)s and program_id = %(program_id)s;

-- name: select_places
-- Only who asked to be seen. Equal values share a rank; among them who came first stands first.
select rank() over (order by s.value desc)::integer as place, p.pseudonym, s.value, s.member_id
from challenges.standing as s
join challenges.player as p on p.member_id = s.member_id
join facts.member as m on m.member_id = s.member_id
where s.challenge_id = %(challenge_id)s and s.season_on = %(season_on)s and s.value > 0 and p.program_id = %(program_id)s
  and m.status = 1
order by s.value desc, s.reached_at asc, s.member_id asc
limit %(limit)s;

-- name: count_players
-- Of each challenge: members who play, in all seasons; those who reached the goal; points that stand.
select
  s.challenge_id, count(distinct s.member_id)::bigint as players
from challenges.standing as s
where s.challenge_id = any(%(challenge_ids)s::uuid[]) and s.value > 0
group by s.challenge_id;

-- name: count_awards
select a.challenge_id, a.milestone_no, count(*)::bigint as given, sum(a.points)::bigint as points
from challenges.award as a
where a.challenge_id = any(%(challenge_ids)s::uuid[]) and a.taken_back_at is null
group by a.challenge_id, a.milestone_no;
