-- name: select_ladders
select l.ladder_id, l.code, l.version, v.terms
from tiers.ladder as l
join tiers.version as v on v.program_id = l.program_id and v.ladder_id = l.ladder_id and v.version = l.version
where l.program_id = %(program_id)s
order by l.ladder_id;

-- name: insert_ladder
insert into tiers.ladder (program_id, ladder_id, code, version, judged_on)
values (%(program_id)s, %(ladder_id)s, %(code)s, 1, null);

-- name: insert_version
insert into tiers.version (program_id, ladder_id, version, terms, state, effective_on, saved_at, saved_by, note)
values (
  %(program_id)s, %(ladder_id)s, %(version)s, %(terms)s::jsonb, %(state)s, %(effective_on)s, %(saved_at)s, %(saved_by)s, %(note)s
);

-- name: lock_ladder
-- The row keeps others from making the next version at the same time.
select l.version
from tiers.ladder as l
where l.program_id = %(program_id)s and l.ladder_id = %(ladder_id)s
for update;

-- name: select_newest
-- The newest version there is, in force or not; asked after the lock.
select max(v.version)
from tiers.version as v
where v.program_id = %(program_id)s and v.ladder_id = %(ladder_id)s;

-- name: put_in_force
-- Everybody who reaches more under the new terms is moved up when the day is closed.
update tiers.ladder
set version = %(version)s, judged_on = null
where program_id = %(program_id)s and ladder_id = %(ladder_id)s;

-- name: mark_version
update tiers.version
set state = %(state)s, withdrawn_by = %(by_name)s
where program_id = %(program_id)s and ladder_id = %(ladder_id)s and version = %(version)s and state = %(from_state)s;

-- name: select_versions
select v.version, v.state, v.effective_on, v.saved_at, v.saved_by, v.note, v.withdrawn_by, l.code, v.terms
from tiers.version as v
join tiers.ladder as l on l.program_id = v.program_id and l.ladder_id = v.ladder_id
where v.program_id = %(program_id)s and v.ladder_id = %(ladder_id)s
order by v.version desc;

-- name: select_scheduled
select v.ladder_id, v.version, v.effective_on, l.code, v.terms
from tiers.version as v
join tiers.ladder as l on l.program_id = v.program_id and l.ladder_id = v.ladder_id
where v.program_id = %(program_id)s and v.state = 'scheduled'
order by v.ladder_id;

-- name: select_unjudged
-- Sets whose terms are new, and those by segment once a day.
select l.ladder_id
from tiers.ladder as l
join tiers.version as v on v.program_id = l.program_id and v.ladder_id = l.ladder_id and v.version = l.version
where l.program_id = %(program_id)s
  and (l.judged_on is null or (l.judged_on < %(today)s and v.terms ->> 'metric' = 'segment'))
order by l.ladder_id;

-- name: note_judged
update tiers.ladder
set judged_on = %(today)s
where program_id = %(program_id)s and ladder_id = %(ladder_id)s and version = %(version)s;

-- name: select_tallies
-- What members did, day by day, from `from_on`; days from `whole_on` on always count, so they come as one sum
-- that stands at the latest of them.
select
  t.member_id, max(t.on_date) as on_day, sum(t.spend_minor)::bigint as spend_minor, sum(t.points)::bigint as points, sum(t.orders)::integer as orders
from unnest(%(member_id)s::uuid[], %(from_on)s::date[], %(whole_on)s::date[]) as w (member_id, from_on, whole_on)
join tiers.tally as t on t.member_id = w.member_id and t.on_date >= w.from_on
group by t.member_id, case when t.on_date >= w.whole_on then w.whole_on else t.on_date end
order by t.member_id, on_day;

-- name: add_tallies
insert into tiers.tally as t (member_id, on_date, spend_minor, points, orders)
select n.member_id, n.on_date, n.spend_minor, n.points, n.orders
from unnest(%(member_id)s::uuid[], %(on_date)s::date[], %(spend_minor)s::bigint[], %(points)s::bigint[], %(orders)s::integer[]) as n (
  member_id, on_date, spend_minor, points, orders
)
order by n.member_id, n.on_date
on conflict (member_id, on_date) do update
set spend_minor = t.spend_minor + excluded.spend_minor, points = t.points + excluded.points, orders = t.orders + excluded.orders;

-- name: select_joined
select m.member_id, m.enrolled_on
from facts.member as m
where m.member_id = any(%(member_ids)s::uuid[]);

-- name: select_holdings
select h.member_id, h.tier_id, h.since_at, h.review_on, h.ladder_id, h.falls_on, h.is_manual, h.looked_for
from tiers.holding as h
where h.member_id = any(%(member_ids)s::uuid[]) and h.ladder_id = %(ladder_id)s;

-- name: select_all_holdings
select h.member_id, h.tier_id, h.since_at, h.review_on, h.ladder_id, h.falls_on, h.is_manual, h.looked_for
from tiers.holding as h
where h.member_id = any(%(member_ids)s::uuid[]);

-- name: upsert_holdings
insert into tiers.holding (
  member_id, ladder_id, program_id, tier_id, since_at, review_on, due_on, falls_on, looked_for, is_manual
)
select
  t.member_id, t.ladder_id, %(program_id)s, t.tier_id, t.since_at, t.review_on, t.due_on, t.falls_on, t.looked_for, t.is_manual
from unnest(
  %(member_id)s::uuid[], %(ladder_id)s::smallint[], %(tier_id)s::smallint[], %(since_at)s::timestamptz[], %(review_on)s::date[],
  %(due_on)s::date[], %(falls_on)s::date[], %(looked_for)s::date[], %(is_manual)s::boolean[]
) as t (member_id, ladder_id, tier_id, since_at, review_on, due_on, falls_on, looked_for, is_manual)
order by t.member_id, t.ladder_id
on conflict (member_id, ladder_id) do update
set
  tier_id = excluded.tier_id, since_at = excluded.since_at, review_on = excluded.review_on, due_on = excluded.due_on,
  falls_on = excluded.falls_on, looked_for = excluded.looked_for, is_manual = excluded.is_manual;

-- name: delete_holdings
delete from tiers.holding where member_id = any(%(member_ids)s::uuid[]);

-- name: delete_holding
delete from tiers.holding where member_id = %(member_id)s and ladder_id = %(ladder_id)s;

-- name: insert_moves
-- A move of this id is there already where a person's action is sent again.
insert into tiers.move (
  member_id, move_id, program_id, ladder_id, moved_at, from_tier_id, to_tier_id, cause, reached, by_name, reason, until_on
)
select
  t.member_id, t.move_id, %(program_id)s, t.ladder_id, t.moved_at, t.from_tier_id, t.to_tier_id, t.cause, t.reached,
  t.by_name, t.reason, t.until_on
from unnest(
  %(member_id)s::uuid[], %(move_id)s::uuid[], %(ladder_id)s::smallint[], %(moved_at)s::timestamptz[],
  %(from_tier_id)s::smallint[], %(to_tier_id)s::smallint[], %(cause)s::text[], %(reached)s::bigint[], %(by_name)s::text[],
  %(reason)s::text[], %(until_on)s::date[]
) as t (
  member_id, move_id, ladder_id, moved_at, from_tier_id, to_tier_id, cause, reached, by_name, reason, until_on
)
on conflict (member_id, move_id) do nothing;

-- name: select_moves
select
  m.member_id, m.moved_at, m.from_tier_id, m.to_tier_id, m.cause, m.reached, m.ladder_id, m.by_name, m.reason, m.until_on, m.move_id
from tiers.move as m
where m.member_id = %(member_id)s and m.ladder_id = any(%(ladder_ids)s::smallint[])
order by m.moved_at desc, m.move_id desc
limit %(limit)s;

-- name: select_move
select
  m.member_id, m.moved_at, m.from_tier_id, m.to_tier_id, m.cause, m.reached, m.ladder_id, m.by_name, m.reason, m.until_on, m.move_id
from tiers.move as m
where m.member_id = %(member_id)s and m.move_id = %(move_id)s;

-- name: select_due
-- Whose tier must be looked at again.
select h.member_id
from tiers.holding as h
where h.program_id = %(program_id)s and h.ladder_id = %(ladder_id)s and h.due_on < %(today)s
order by h.member_id
limit %(limit)s;

-- name: select_nearing
-- Whose review is so near that they are told if it will be lost, and who were not looked at for it.
select h.member_id
from tiers.holding as h
where h.program_id = %(program_id)s and h.ladder_id = %(ladder_id)s and h.due_on between %(today)s and %(until)s
  and h.looked_for is distinct from h.review_on and h.tier_id <> %(lowest)s
order by h.member_id
limit %(limit)s;

-- name: insert_notices
insert into tiers.notice (member_id, ladder_id, falls_on, program_id, told_on, tier_id, falls_to, missing)
select t.member_id, t.ladder_id, t.falls_on, %(program_id)s, t.told_on, t.tier_id, t.falls_to, t.missing
from unnest(
  %(member_id)s::uuid[], %(ladder_id)s::smallint[], %(falls_on)s::date[], %(told_on)s::date[], %(tier_id)s::smallint[],
  %(falls_to)s::smallint[], %(missing)s::bigint[]
) as t (member_id, ladder_id, falls_on, told_on, tier_id, falls_to, missing)
on conflict (member_id, ladder_id, falls_on) do nothing;

-- name: select_notices
select n.member_id, n.ladder_id, n.falls_on, n.told_on, n.tier_id, n.falls_to, n.missing
from tiers.notice as n
where n.member_id = %(member_id)s
order by n.falls_on desc, n.ladder_id asc;

-- name: count_falling
-- Who was told that they lose a tier.
select count(*)
from tiers.holding as h
where h.program_id = %(program_id)s and h.falls_on is not null;

-- name: count_holdings
select h.tier_id, count(*)
from tiers.holding as h
where h.program_id = %(program_id)s and h.ladder_id = %(ladder_id)s
group by h.tier_id;

-- name: count_standings
-- How many members who hold a tier reach each one of a ladder: what new terms would mean. A member without a holding
-- counts under tier 0, one who reaches nothing under step 1. Who was merged counts with whom they were merged into.
-- Whose window is counted from joining has it begin at the last of their anniversaries.
select s.tier_id, s.step, count(*)
from (
  select
    coalesce(h.tier_id, 0) as tier_id,
    width_bucket(greatest(coalesce(c.amount, 0), 0), %(thresholds)s::bigint[]) as step
  from facts.member as m
  left join tiers.holding as h on h.member_id = m.member_id and h.ladder_id = %(ladder_id)s
  left join (
    select
      t.member_id,
      sum(case %(metric)s when 'spend' then t.spend_minor when 'orders' then t.orders else t.points end)::bigint as amount
    from tiers.tally as t
    join (
      select
        e.member_id,
        case when not %(is_joined)s then %(from_on)s::date
          when (e.enrolled_on + e.periods * e.months * interval '1 month')::date <= %(today)s::date
            then (e.enrolled_on + e.periods * e.months * interval '1 month')::date
          else (e.enrolled_on + greatest(e.periods - 1, 0) * e.months * interval '1 month')::date
        end as from_on
      from (
        select
          f.member_id,
          f.enrolled_on,
          %(window_months)s::integer as months,
          greatest(0, (
            (extract(year from %(today)s::date) - extract(year from f.enrolled_on)) * 12
            + extract(month from %(today)s::date) - extract(month from f.enrolled_on)
          )::integer / %(window_months)s::integer) as periods
        from facts.member as f
        where f.program_id = %(program_id)s
      ) as e
    ) as j on j.member_id = t.member_id
    where t.on_date >= j.from_on
    group by t.member_id
  ) as c on c.member_id = m.member_id
  where m.program_id = %(program_id)s and m.status < 3
) as s
group by s.tier_id, s.step;

-- name: select_rising
-- Who reaches a threshold in the window and holds none of the tiers from there on.
select t.member_id
from tiers.tally as t
join (
  select
    e.member_id,
    case when not %(is_joined)s then %(from_on)s::date
      when (e.enrolled_on + e.periods * e.months * interval '1 month')::date <= %(today)s::date
        then (e.enrolled_on + e.periods * e.months * interval '1 month')::date
      else (e.enrolled_on + greatest(e.periods - 1, 0) * e.months * interval '1 month')::date
    end as from_on
  from (
    select
      f.member_id,
      f.enrolled_on,
      %(window_months)s::integer as months,
      greatest(0, (
        (extract(year from %(today)s::date) - extract(year from f.enrolled_on)) * 12
        + extract(month from %(today)s::date) - extract(month from f.enrolled_on)
      )::integer / %(window_months)s::integer) as periods
    from facts.member as f
    where f.program_id = %(program_id)s and f.status < 3
  ) as e
) as j on j.member_id = t.member_id
left join tiers.holding as h on h.member_id = t.member_id and h.ladder_id = %(ladder_id)s
where t.on_date >= j.from_on and not coalesce(h.tier_id, 0) = any(%(enough)s::integer[])
group by t.member_id
having sum(case %(metric)s when 'spend' then t.spend_minor when 'orders' then t.orders else t.points end) >= %(threshold)s
order by t.member_id
limit %(limit)s;

-- name: select_short
-- Some of those who hold one of these tiers and reach less than its threshold.
select h.member_id
from tiers.holding as h
join unnest(%(tier_id)s::smallint[], %(threshold)s::bigint[]) as w (tier_id, threshold) on w.tier_id = h.tier_id
join (
  select
    e.member_id,
    case when not %(is_joined)s then %(from_on)s::date
      when (e.enrolled_on + e.periods * e.months * interval '1 month')::date <= %(today)s::date
        then (e.enrolled_on + e.periods * e.months * interval '1 month')::date
      else (e.enrolled_on + greatest(e.periods - 1, 0) * e.months * interval '1 month')::date
    end as from_on
  from (
    select
      f.member_id,
      f.enrolled_on,
      %(window_months)s::integer as months,
      greatest(0, (
        (extract(year from %(today)s::date) - extract(year from f.enrolled_on)) * 12
        + extract(month from %(today)s::date) - extract(month from f.enrolled_on)
      )::integer / %(window_months)s::integer) as periods
    from facts.member as f
    where f.program_id = %(program_id)s and f.status < 3
  ) as e
) as j on j.member_id = h.member_id
left join tiers.tally as t on t.member_id = h.member_id and t.on_date >= j.from_on
where h.program_id = %(program_id)s and h.ladder_id = %(ladder_id)s
group by h.member_id
having coalesce(sum(case %(metric)s when 'spend' then t.spend_minor when 'orders' then t.orders else t.points end), 0) < min(w.threshold)
order by h.member_id
limit %(limit)s;

-- name: select_rising_among
-- Who meets a condition and holds none of the tiers from there on. The statement of the condition takes the place of
-- the inner one (`rising_among`).
select q.member_id
from (
  select m.member_id from facts.member as m where m.program_id = %(program_id)s
) as q
left join tiers.holding as h on h.member_id = q.member_id and h.ladder_id = %(ladder_id)s
where not coalesce(h.tier_id, 0) = any(%(enough)s::integer[])
order by q.member_id
limit %(limit)s;
