-- name: select_days
-- What a campaign gave, by local day.
select
  g.on_date, count(distinct g.member_id) as members, sum(g.points)::bigint as points, sum(g.micros)::bigint as micros,
  sum(g.grants)::bigint as grants
from facts.campaign_grant as g
where g.program_id = %(program_id)s and g.campaign_id = %(campaign_id)s and g.on_date <= %(to_on)s
group by g.on_date
order by g.on_date;

-- name: count_participants
select count(distinct g.member_id)
from facts.campaign_grant as g
where g.program_id = %(program_id)s and g.campaign_id = %(campaign_id)s and g.on_date <= %(to_on)s;

-- name: select_groups
-- Everybody the campaign was for who was a member when it began, those it gives to and those it holds out, with what they
-- bought since. Who is held out of every campaign is in neither group.
with who as (
  select
    m.member_id, facts.campaign_place(%(program_id)s::smallint, %(campaign_id)s::smallint, m.member_id) * 100 < %(holdout_percent)s * 4294967296 as is_held
  from facts.member as m
  where m.program_id = %(program_id)s and m.status in (1, 2) and m.enrolled_on <= %(from_on)s
    and facts.campaign_place(%(program_id)s::smallint, 0::smallint, m.member_id) * 100 >= %(policy_percent)s * 4294967296
    and (
      %(is_for_all)s or exists (
        select 1
        from facts.campaign_seat as s
        where s.member_id = m.member_id and s.program_id = %(program_id)s and s.campaign_id = %(campaign_id)s
      )
    )
),

bought as (
  select p.member_id, count(*) as orders, sum(p.net_minor) as net_minor
  from facts.purchase as p
  where p.program_id = %(program_id)s and p.on_date between %(from_on)s and %(to_on)s
  group by p.member_id
)

select
  w.is_held, count(*), count(b.member_id), coalesce(sum(b.orders), 0)::bigint, coalesce(sum(b.orders * b.orders), 0)::bigint,
  coalesce(sum(b.net_minor), 0)::bigint, coalesce(sum(b.net_minor * b.net_minor), 0)
from who as w
left join bought as b on b.member_id = w.member_id
group by w.is_held;

-- name: select_first_uses
-- Members by the day a campaign first gave them points and the day they first used any since: rewards, or paying with them.
with first as (
  select g.member_id, min(g.on_date) as first_on
  from facts.campaign_grant as g
  where g.program_id = %(program_id)s and g.campaign_id = %(campaign_id)s and g.on_date <= %(to_on)s
  group by g.member_id
),

used as (
  select f.member_id, min(r.on_date) as used_on
  from first as f
  join facts.redemption as r on r.member_id = f.member_id
  where r.state in (1, 2) and r.on_date between f.first_on and %(to_on)s
  group by f.member_id
),

paid as (
  select f.member_id, min(e.on_date) as used_on
  from first as f
  join facts.entry as e on e.member_id = f.member_id
  where e.contra = 2 and e.points < 0 and e.on_date between f.first_on and %(to_on)s
  group by f.member_id
)

select f.first_on, least(u.used_on, p.used_on) as used_on, count(*)
from first as f
left join used as u on u.member_id = f.member_id
left join paid as p on p.member_id = f.member_id
group by f.first_on, least(u.used_on, p.used_on);

-- name: select_coupons
-- Coupons of a campaign's pools by the day they were issued and the day they were first used. Public codes are issued to
-- nobody, so they have no rate.
with used as (
  select u.pool_id, u.code, min(u.on_date) as used_on
  from facts.coupon_use as u
  where u.program_id = %(program_id)s and u.state = 2 and u.on_date <= %(to_on)s
    and u.pool_id in (
      select p.pool_id
      from facts.coupon_pool as p
      where p.program_id = %(program_id)s and p.campaign_id = %(campaign_id)s
    )
  group by u.pool_id, u.code
)

select c.issued_on, u.used_on, count(*)
from facts.coupon_pool as p
join facts.coupon as c on c.pool_id = p.pool_id
left join used as u on u.pool_id = c.pool_id and u.code = c.code
where p.program_id = %(program_id)s and p.campaign_id = %(campaign_id)s and p.codes <> 'public' and c.issued_on <= %(to_on)s
group by c.issued_on, u.used_on;

-- name: select_points_of_participants
-- What those who got something of a campaign earned and used since, by local day: all their points, in accounts of their own.
with first as (
  select g.member_id, min(g.on_date) as first_on
  from facts.campaign_grant as g
  where g.program_id = %(program_id)s and g.campaign_id = %(campaign_id)s and g.on_date <= %(to_on)s
  group by g.member_id
)

select
  e.on_date, coalesce(sum(e.points) filter (where e.contra = 1), 0)::bigint as issued_points,
  coalesce(-sum(e.points) filter (where e.contra = 2), 0)::bigint as used_points
from first as f
join facts.entry as e on e.member_id = f.member_id
where e.wallet_id = %(wallet_id)s and e.contra in (1, 2) and e.on_date between f.first_on and %(to_on)s
group by e.on_date;
