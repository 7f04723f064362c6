"""Campaigns in the flow of purchases: who gets them, until when, and never more than their budget."""

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from tests.flows.conftest import NOW, Shop, open_shop

from regulars import flows
from regulars.audience import conditions
from regulars.program import campaigns, earning
from regulars.records import access, activities, outbox

ANN = access.Actor(kind=access.ActorKind.STAFF, code="staff:1", name="Ann", person="staff:1")
BEN = access.Actor(kind=access.ActorKind.STAFF, code="staff:2", name="Ben", person="staff:2")
State = campaigns.State


@pytest.fixture
def shop(conn) -> Shop:
    return open_shop(conn)


def start(shop: Shop, *, launch: bool = True, **terms: object) -> int:
    """A campaign that gives one more point per yuan, live from now on."""
    given = {"name": {"en": "Double week"}, "holdout_percent": 0, **terms}
    made = campaigns.draft(
        shop.conn, shop.plan.program.program_id, "double", campaigns.Terms(**given), by=ANN, at=shop.at
    )
    earning.save(
        shop.conn, shop.plan.program.program_id, effect="earn_rate", params={}, label={"en": "Double points"},
        by="test", at=shop.at, campaign_id=made.campaign_id,
    )  # fmt: skip
    if launch:
        step(shop, made.campaign_id, State.REVIEW)
        step(shop, made.campaign_id, State.LIVE)
    shop.reload()
    return made.campaign_id


def step(shop: Shop, campaign_id: int, to: campaigns.State, *, by: access.Actor = ANN, note: str = "because") -> None:
    flows.run_campaign(shop.conn, shop.plan, campaign_id, to, by=by, at=shop.at, note=note)
    shop.reload()


def seen(shop: Shop, campaign_id: int) -> campaigns.Campaign:
    return campaigns.get(shop.conn, shop.plan.program.program_id, campaign_id)


def spent(shop: Shop, campaign_id: int) -> tuple[int, int, int]:
    return shop.conn.execute(
        "select spent_points, spent_micros, spent_grants from campaigns.budget where campaign_id = %s and store = ''",
        [campaign_id],
    ).fetchone()


def test_a_campaign_gives_from_its_launch_until_its_end_and_no_other_day(shop):
    ann = shop.join("ann")
    campaign_id = start(shop, launch=False, ends_on=date(2026, 3, 12))
    assert shop.buy(ann, "1", 1000).points == 10, "a draft gives nothing"
    step(shop, campaign_id, State.REVIEW)
    assert shop.buy(ann, "2", 1000).points == 10
    step(shop, campaign_id, State.LIVE)
    assert shop.buy(ann, "3", 1000).points == 20
    assert shop.buy(ann, "4", 1000, at=NOW - timedelta(days=1)).points == 10, "what was before the launch stays"
    shop.later(3)
    assert shop.buy(ann, "5", 1000).points == 10
    assert flows.turn_campaigns(shop.conn, shop.plan, at=shop.at) == [campaign_id]
    shop.reload()
    assert seen(shop, campaign_id).state is State.ENDED
    late = shop.buy(ann, "6", 1000, at=NOW + timedelta(days=2))
    assert late.points == 20, "an order of its last day that comes late still counts"


def test_a_paused_campaign_gives_nothing_until_somebody_resumes_it_with_a_reason(shop):
    ann = shop.join("ann")
    campaign_id = start(shop)
    with pytest.raises(campaigns.CampaignInvalid):
        step(shop, campaign_id, State.PAUSED, note=" ")
    step(shop, campaign_id, State.PAUSED, note="the margin")
    assert shop.buy(ann, "1", 1000).points == 10
    with pytest.raises(campaigns.CampaignInvalid):
        step(shop, campaign_id, State.LIVE, note="")
    step(shop, campaign_id, State.LIVE, note="a new price")
    assert shop.buy(ann, "2", 1000).points == 20
    told = [
        (c.what, c.changed_name, c.note)
        for c in campaigns.changes(shop.conn, shop.plan.program.program_id, campaign_id)
    ]
    assert told == [
        ("live", "Ann", "a new price"),
        ("paused", "Ann", "the margin"),
        ("live", "Ann", "because"),
        ("review", "Ann", "because"),
        ("created", "Ann", ""),
    ]


def test_ended_by_hand_it_gives_nothing_from_that_day_on(shop):
    ann = shop.join("ann")
    campaign_id = start(shop)
    shop.later(1)
    step(shop, campaign_id, State.ENDED)
    assert shop.buy(ann, "1", 1000).points == 10
    assert shop.buy(ann, "2", 1000, at=NOW).points == 20
    with pytest.raises(campaigns.CampaignState):
        step(shop, campaign_id, State.LIVE)


def test_where_the_program_wants_it_a_second_person_launches(shop):
    program_id = shop.plan.program.program_id
    campaigns.set_policy(shop.conn, program_id, campaigns.Policy(needs_second_person=True))
    campaign_id = start(shop, launch=False)
    step(shop, campaign_id, State.REVIEW, by=ANN)
    with pytest.raises(campaigns.ReviewNeeded):
        step(shop, campaign_id, State.LIVE, by=replace(ANN, code="key:9"))
    assert seen(shop, campaign_id).state is State.REVIEW
    step(shop, campaign_id, State.LIVE, by=BEN)
    assert seen(shop, campaign_id).state is State.LIVE


def test_a_held_out_member_gets_nothing_of_it_and_is_told_nothing_of_it(shop):
    campaign_id = start(shop, holdout_percent=50)
    ids = [shop.join(f"m{n}") for n in range(40)]
    campaign = seen(shop, campaign_id)
    held = {m for m in ids if campaigns.is_held_out(campaigns.Policy(), campaign, m)}
    assert 5 < len(held) < 35
    for number, member in enumerate(ids):
        done = shop.buy(member, f"{number}", 1000)
        assert done.points == (10 if member in held else 20)
        assert len(done.answer["reasons"]) == (1 if member in held else 2)


def test_the_holdout_of_the_program_gets_nothing_of_any_campaign(shop):
    program_id = shop.plan.program.program_id
    campaigns.set_policy(shop.conn, program_id, campaigns.Policy(holdout_percent=50))
    start(shop)
    ids = [shop.join(f"m{n}") for n in range(40)]
    points = {m: shop.buy(m, f"{n}", 1000).points for n, m in enumerate(ids)}
    below = {m for m in ids if campaigns.place(program_id, 0, m) * 2 < 2**32}
    assert {m for m, p in points.items() if p == 10} == below
    assert 5 < len(below) < 35


def test_the_place_of_a_member_is_the_same_in_the_database(shop):
    ids = [shop.join(f"m{n}") for n in range(20)]
    for campaign_id in (0, 1, 32000):
        rows = shop.conn.execute(
            "select t.id, facts.campaign_place(7::smallint, %s::smallint, t.id) from unnest(%s::uuid[]) as t (id)",
            [campaign_id, ids],
        )
        assert dict(rows) == {m: campaigns.place(7, campaign_id, m) for m in ids}


def test_an_audience_is_who_matched_at_the_launch(shop):
    rich, poor = shop.join("rich"), shop.join("poor")
    shop.buy(rich, "1", 15_000)
    condition = conditions.parse(
        "member.spend_30d >= 100",
        scope=conditions.Scope.SEGMENT,
        vocabulary=flows.vocabulary(shop.plan),
    )
    start(shop, audience=condition.tree, audience_text=condition.text)
    shop.buy(poor, "2", 15_000)
    assert shop.buy(rich, "3", 1000).points == 20
    assert shop.buy(poor, "4", 1000).points == 10


def test_an_audience_kept_daily_takes_in_who_matches_from_the_next_day_on(shop):
    rich, poor = shop.join("rich"), shop.join("poor")
    shop.buy(rich, "1", 15_000)
    condition = conditions.parse(
        "member.spend_30d >= 100", scope=conditions.Scope.SEGMENT, vocabulary=flows.vocabulary(shop.plan)
    )
    start(shop, audience=condition.tree, audience_text=condition.text, audience_mode="daily")
    shop.later(20)
    shop.buy(poor, "2", 15_000)
    assert shop.buy(poor, "3", 1000).points == 10, "the audience of a day is as it was when it was found"
    shop.later(15)
    flows.turn_campaigns(shop.conn, shop.plan, at=shop.at)
    assert shop.buy(poor, "4", 1000).points == 20
    assert shop.buy(rich, "5", 1000).points == 10, "their 30 days are over"
    assert shop.buy(rich, "6", 1000, at=NOW + timedelta(days=3)).points == 20, "on that day they belonged to it"


def test_an_audience_that_names_what_is_gone_stays_and_stops_no_other_campaign(shop):
    rich = shop.join("rich")
    condition = conditions.parse(
        'member.tier != "gold"', scope=conditions.Scope.SEGMENT, vocabulary=flows.vocabulary(shop.plan)
    )
    stale = start(shop, audience=condition.tree, audience_text=condition.text, audience_mode="daily")
    over = campaigns.draft(
        shop.conn, shop.plan.program.program_id, "over",
        campaigns.Terms(name={"en": "Over"}, holdout_percent=0, ends_on=shop.today), by=ANN, at=shop.at,
    ).campaign_id  # fmt: skip
    step(shop, over, State.REVIEW)
    step(shop, over, State.LIVE)
    shop.conn.execute("update tiers.version set terms = replace(terms::text, 'Gold', 'Topaz')::jsonb")
    shop.reload()
    shop.later(1)
    assert flows.turn_campaigns(shop.conn, shop.plan, at=shop.at) == [over]
    assert flows.has_stale_audience(shop.plan, seen(shop, stale).terms)
    assert flows.audience_said(shop.plan, seen(shop, stale).terms)["zh"] == "条件引用的内容已不存在"
    assert shop.buy(rich, "1", 1000).points == 20


@pytest.mark.parametrize(
    ("budget", "given"),
    [
        ({"points_max": 25}, [10, 10, 5, 0]),
        ({"money_minor_max": 25}, [10, 10, 5, 0]),
        ({"grants_max": 2}, [10, 10, 0, 0]),
        ({"grants_max": 9, "points_max": 30}, [10, 10, 10, 0]),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_case_078c_it_gives_exactly_its_budget_then_stops_and_tells_once(shop, budget, given, together):
    ids = [shop.join(f"m{n}") for n in range(4)]
    campaign_id = start(shop, budget=campaigns.Budget(**budget))
    intakes = [flows.Intake(order=shop.order(f"o{n}", 1000), member=m) for n, m in enumerate(ids)]
    done = shop.take(intakes) if together else [shop.take([one])[0] for one in intakes]
    assert [one.points - 10 for one in done] == given
    assert seen(shop, campaign_id).state is State.STOPPED
    assert spent(shop, campaign_id)[0] == sum(given)
    history = campaigns.changes(shop.conn, shop.plan.program.program_id, campaign_id)
    assert [c.what for c in history].count("stopped") == 1
    told = outbox.read(shop.conn, shop.plan.program.program_id, after=0, types=["campaign.stopped"], limit=9)
    assert [one.change.data["campaign"] for one in told.changes] == ["double"]
    said = [one.answer["reasons"][1]["text"] for one in done if one.points < 20]
    assert said
    assert all("as much as the campaign's budget still held" in text for text in said)


def test_case_078c_resuming_needs_a_larger_budget(shop):
    ann = shop.join("ann")
    campaign_id = start(shop, budget=campaigns.Budget(points_max=10))
    shop.buy(ann, "1", 1000)
    with pytest.raises(campaigns.BudgetExhausted):
        step(shop, campaign_id, State.LIVE)
    program = shop.plan.program
    with pytest.raises(campaigns.BudgetExhausted):
        campaigns.take(shop.conn, program.program_id, campaign_id, ann, on=shop.today, at=shop.at, points=1)
    larger = replace_terms(shop, campaign_id, budget=campaigns.Budget(points_max=15))
    campaigns.change(shop.conn, program.program_id, campaign_id, larger, currency=program.currency, by=ANN, at=shop.at)
    step(shop, campaign_id, State.LIVE, note="more money")
    assert shop.buy(ann, "2", 1000).points == 15


def replace_terms(shop: Shop, campaign_id: int, **changed: object) -> campaigns.Terms:
    return msgspec.structs.replace(seen(shop, campaign_id).terms, **changed)


def test_case_078d_what_is_asked_for_by_name_is_refused_while_it_is_paused(shop):
    ann = shop.join("ann")
    campaign_id = start(shop, budget=campaigns.Budget(points_max=10))
    program_id = shop.plan.program.program_id
    campaigns.take(shop.conn, program_id, campaign_id, ann, on=shop.today, at=shop.at, points=4)
    step(shop, campaign_id, State.PAUSED)
    with pytest.raises(campaigns.CampaignPaused):
        campaigns.take(shop.conn, program_id, campaign_id, ann, on=shop.today, at=shop.at, points=4)
    assert spent(shop, campaign_id) == (4, 0, 1)


def test_a_store_has_a_budget_of_its_own_within_the_whole(shop):
    ids = [shop.join(f"m{n}") for n in range(6)]
    campaign_id = start(
        shop, budget=campaigns.Budget(points_max=35), store_budgets={"north": campaigns.Budget(points_max=12)}
    )
    stores = ["north", "north", "south", "south", "", "south"]
    got = [shop.buy(m, f"{n}", 1000, store=stores[n]).points - 10 for n, m in enumerate(ids)]
    assert got == [10, 2, 10, 10, 3, 0]
    assert seen(shop, campaign_id).state is State.STOPPED


def test_events_draw_on_the_same_budget(shop):
    ann = shop.join("ann")
    made = campaigns.draft(
        shop.conn,
        shop.plan.program.program_id,
        "reviews",
        campaigns.Terms(name={"en": "Reviews"}, holdout_percent=0, budget=campaigns.Budget(points_max=15)),
        by=ANN,
        at=shop.at,
    )
    earning.save(
        shop.conn, shop.plan.program.program_id, effect="event_points", params={"event": "review", "points": 10},
        label={"en": "Review"}, by="test", at=shop.at, campaign_id=made.campaign_id,
    )  # fmt: skip
    step(shop, made.campaign_id, State.REVIEW)
    step(shop, made.campaign_id, State.LIVE)
    got = []
    for number in range(3):
        event = activities.Event(source="shop", external_id=f"e{number}", type="review", occurred_at=shop.at, data={})
        [done] = flows.record_events(shop.conn, shop.plan, [flows.EventIntake(event=event, member=ann)], at=shop.at)
        got.append((done.points, done.answer["reasons"][0]["code"]))
        shop.reload()
    assert got == [(10, "event"), (5, "event"), (0, "none.campaign")]
    assert spent(shop, made.campaign_id) == (15, 150_000, 2)


def test_after_the_launch_only_what_measures_the_same_people_may_change(shop):
    campaign_id = start(shop)
    program = shop.plan.program
    for changed in ({"holdout_percent": 20}, {"audience": {"x": 1}}, {"starts_on": date(2026, 4, 1)}):
        with pytest.raises(campaigns.CampaignState):
            campaigns.change(
                shop.conn, program.program_id, campaign_id, replace_terms(shop, campaign_id, **changed),
                currency="CNY", by=ANN, at=shop.at,
            )  # fmt: skip


def test_a_change_is_undone_by_a_change(shop):
    campaign_id = start(shop, ends_on=date(2026, 3, 12))
    program_id = shop.plan.program.program_id
    longer = replace_terms(shop, campaign_id, ends_on=date(2026, 3, 20))
    campaigns.change(shop.conn, program_id, campaign_id, longer, currency="CNY", by=BEN, at=shop.at)
    last = campaigns.changes(shop.conn, program_id, campaign_id)[0]
    assert (last.what, last.before.ends_on, last.after.ends_on) == ("changed", date(2026, 3, 12), date(2026, 3, 20))
    campaigns.undo(shop.conn, program_id, campaign_id, last.change_no, currency="CNY", by=ANN, at=shop.at)
    assert seen(shop, campaign_id).terms.ends_on == date(2026, 3, 12)
    assert campaigns.changes(shop.conn, program_id, campaign_id)[0].note == f"undoes {last.change_no}"


def test_a_quote_tells_what_the_campaign_would_still_give(shop):
    ann = shop.join("ann")
    campaign_id = start(shop, budget=campaigns.Budget(points_max=7))
    quoted = flows.quote_order(shop.conn, shop.plan, shop.order("q", 1000), ann, at=shop.at)
    assert quoted.decision.award.points == 17
    assert spent(shop, campaign_id) == (0, 0, 0)


def test_a_return_takes_back_what_the_campaign_gave_and_frees_no_budget(shop):
    ann = shop.join("ann")
    campaign_id = start(shop, budget=campaigns.Budget(points_max=15))
    shop.buy(ann, "1", 1000)
    shop.give_back("r", "1")
    assert shop.balance(ann).spendable == 0
    assert spent(shop, campaign_id)[0] == 10


@pytest.mark.parametrize("size", [1, 7, 60])
def test_in_whatever_batches_orders_come_each_gets_the_same(shop, size):
    ids = [shop.join(f"m{n}") for n in range(12)]
    for number, member in enumerate(ids[:6]):
        shop.buy(member, f"before-{number}", 2_000)
    condition = conditions.parse(
        "member.orders_total >= 1", scope=conditions.Scope.SEGMENT, vocabulary=flows.vocabulary(shop.plan)
    )
    campaign_id = start(shop, audience=condition.tree, audience_text=condition.text, holdout_percent=30)
    campaign = seen(shop, campaign_id)
    intakes = [
        flows.Intake(order=shop.order(f"o{n}", 1000, at=NOW + timedelta(seconds=n)), member=ids[n * 5 % 12])
        for n in range(60)
    ]
    shop.later(1)
    done = [one for first in range(0, 60, size) for one in shop.take(intakes[first : first + size])]
    for one, intake in zip(done, intakes, strict=True):
        is_given = intake.member in ids[:6] and not campaigns.is_held_out(campaigns.Policy(), campaign, intake.member)
        assert [r["params"].get("campaign") for r in one.answer["reasons"]].count(campaign_id) == is_given
    told = shop.conn.execute("select sum(points), sum(grants) from campaigns.tally").fetchone()
    assert told[0] == sum(r["points"] for one in done for r in one.answer["reasons"] if r["params"].get("campaign"))
