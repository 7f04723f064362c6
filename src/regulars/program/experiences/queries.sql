-- name: select_experiences
select
  e.program_id, e.experience_id, e.code, e.name, e.description, e.starts_at, e.ends_at, e.capacity, e.place, e.rank_min, e.condition,
  e.no_show_days, e.state, e.campaign_id
from experiences.experience as e
where e.program_id = %(program_id)s
order by e.starts_at desc, e.experience_id desc;

-- name: upsert_experience
insert into experiences.experience (
  program_id, experience_id, code, name, description, starts_at, ends_at, capacity, place, rank_min, condition, no_show_days, state,
  campaign_id
)
values (
  %(program_id)s, %(experience_id)s, %(code)s, %(name)s::jsonb, %(description)s::jsonb, %(starts_at)s, %(ends_at)s, %(capacity)s,
  %(place)s, %(rank_min)s, %(condition)s, %(no_show_days)s, %(state)s, %(campaign_id)s
)
on conflict (program_id, experience_id) do update
set name = excluded.name, description = excluded.description, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    capacity = excluded.capacity, place = excluded.place, rank_min = excluded.rank_min, condition = excluded.condition,
    no_show_days = excluded.no_show_days, state = excluded.state, campaign_id = excluded.campaign_id;

-- name: insert_change
insert into experiences.change (program_id, experience_id, change_id, changed_at, changed_by, changes)
values (%(program_id)s, %(experience_id)s, %(change_id)s, %(changed_at)s, %(changed_by)s, %(changes)s::jsonb);

-- name: select_changes
select c.changed_at, c.changed_by, c.changes
from experiences.change as c
where c.program_id = %(program_id)s and c.experience_id = %(experience_id)s
order by c.change_id desc;

-- name: insert_seats
insert into experiences.seats (experience_id, capacity) values (%(experience_id)s, %(capacity)s)
on conflict (experience_id) do nothing;

-- name: lock_seats
-- After the member: whoever comes next waits here, so seats and places are given in one order.
select s.capacity, s.taken from experiences.seats as s where s.experience_id = %(experience_id)s for update;

-- name: set_capacity
update experiences.seats set capacity = %(capacity)s where experience_id = %(experience_id)s and taken <= %(capacity)s;

-- name: take_seat
-- The guard of the last seat: one conditional update, and the row count is the answer.
update experiences.seats set taken = taken + %(count)s
where experience_id = %(experience_id)s and taken + %(count)s <= capacity;

-- name: free_seat
update experiences.seats set taken = taken - 1 where experience_id = %(experience_id)s;

-- name: next_place
update experiences.seats set queue = queue + 1 where experience_id = %(experience_id)s returning queue;

-- name: select_seats
select s.experience_id, s.capacity, s.taken from experiences.seats as s where s.experience_id = any(%(experience_ids)s::uuid[]);

-- name: count_waiting
select b.experience_id, count(*)::bigint as waiting
from experiences.booking as b
where b.experience_id = any(%(experience_ids)s::uuid[]) and b.state = 2
group by b.experience_id;

-- name: upsert_booking
insert into experiences.booking (member_id, experience_id, program_id, state, place, ticket, booked_at)
values (%(member_id)s, %(experience_id)s, %(program_id)s, %(state)s, %(place)s, %(ticket)s, %(at)s)
on conflict (member_id, experience_id) do update
set state = excluded.state, place = excluded.place, ticket = excluded.ticket, booked_at = excluded.booked_at, moved_up_at = null;

-- name: select_booking
select
  b.member_id, b.experience_id, b.program_id, b.state, b.place, b.ticket, b.booked_at, b.moved_up_at, b.attended_at,
  b.excluded_until, b.rating, b.comment, b.rated_at
from experiences.booking as b
where b.member_id = %(member_id)s and b.experience_id = %(experience_id)s;

-- name: select_bookings_of
select
  b.member_id, b.experience_id, b.program_id, b.state, b.place, b.ticket, b.booked_at, b.moved_up_at, b.attended_at,
  b.excluded_until, b.rating, b.comment, b.rated_at
from experiences.booking as b
where b.member_id = %(member_id)s
order by b.booked_at desc, b.experience_id desc;

-- name: select_bookings
-- Seats first, then the waiting list in its order.
select
  b.member_id, b.experience_id, b.program_id, b.state, b.place, b.ticket, b.booked_at, b.moved_up_at, b.attended_at,
  b.excluded_until, b.rating, b.comment, b.rated_at
from experiences.booking as b
where b.experience_id = %(experience_id)s and b.program_id = %(program_id)s
order by case b.state when 4 then 1 when 1 then 2 when 2 then 3 when 5 then 4 else 5 end, b.place, b.member_id
limit %(limit)s;

-- name: select_first_waiting
-- Frozen and erased members keep their place and are passed over.
select b.member_id
from experiences.booking as b
join facts.member as m on m.member_id = b.member_id
where b.experience_id = %(experience_id)s and b.state = 2 and m.status = 1
order by b.place
limit %(limit)s;

-- name: move_up
update experiences.booking
set state = 1, moved_up_at = %(at)s
where experience_id = %(experience_id)s and member_id = any(%(member_ids)s::uuid[]) and state = 2;

-- name: move_booking
update experiences.booking
set state = %(state)s, attended_at = %(attended_at)s
where member_id = %(member_id)s and experience_id = %(experience_id)s and state = %(from_state)s;

-- name: count_ahead
select count(*) from experiences.booking as b
where b.experience_id = %(experience_id)s and b.state = 2 and b.place < %(place)s;

-- name: note_no_shows
update experiences.booking
set state = 5, excluded_until = %(excluded_until)s
where experience_id = %(experience_id)s and state = 1;

-- name: drop_waiting
update experiences.booking set state = 3 where experience_id = %(experience_id)s and state = 2;

-- name: rate
update experiences.booking
set rating = %(rating)s, comment = %(comment)s, rated_at = %(at)s
where member_id = %(member_id)s and experience_id = %(experience_id)s and state = 4;

-- name: count_seats
select
  b.experience_id,
  (count(*) filter (where b.state = 4))::bigint as attended,
  (count(*) filter (where b.state = 5))::bigint as no_shows,
  count(b.rating)::bigint as ratings,
  coalesce(sum(b.rating), 0)::bigint as stars
from experiences.booking as b
where b.experience_id = any(%(experience_ids)s::uuid[])
group by b.experience_id;
