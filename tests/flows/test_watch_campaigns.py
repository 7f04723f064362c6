"""Campaigns that watch themselves: paused by a line, and measured against who was held out."""

import pytest
from tests.flows.conftest import Shop, open_shop
from tests.flows.test_run_campaign import ANN, seen, start, step

from regulars import flows
from regulars.analytics import effects
from regulars.program import campaigns
from regulars.records import outbox

V = campaigns.Verdict


@pytest.fixture
def shop(conn) -> Shop:
    return open_shop(conn)


def line(shop: Shop, campaign_id: int, **terms: object) -> int:
    given = {"metric": "redeemer_rate", "threshold": 30, "sample_min": 10, "age_min_days": 3, **terms}
    return campaigns.set_line(
        shop.conn, shop.plan.program.program_id, campaign_id, campaigns.LineTerms(**given), by=ANN, at=shop.at
    )


def watch(shop: Shop) -> list[campaigns.Verdict]:
    found = [one.verdict for one in flows.watch_campaigns(shop.conn, shop.plan, at=shop.at)]
    shop.reload()
    return found


def buyers(shop: Shop, count: int) -> list:
    ids = [shop.join(f"m{n}") for n in range(count)]
    for number, member in enumerate(ids):
        shop.buy(member, f"o{number}", 1000)
    return ids


def use_points(shop: Shop, member, number: int) -> None:
    hold = flows.hold_points(shop.conn, shop.plan, member, external_id=f"h{number}", points=1, minutes=20, at=shop.at)
    assert hold
    flows.capture_hold(shop.conn, shop.plan, member, f"h{number}", at=shop.at)


def test_a_line_pauses_its_campaign_at_once_and_says_why(shop):
    campaign_id = start(shop)
    line(shop, campaign_id)
    ids = buyers(shop, 12)
    assert watch(shop) == [V.YOUNG]
    shop.later(3)
    assert watch(shop) == [V.FIRES]
    campaign = seen(shop, campaign_id)
    assert campaign.state is campaigns.State.PAUSED
    last = campaigns.changes(shop.conn, campaign.program_id, campaign_id)[0]
    assert (last.what, last.changed_by, last.note) == ("paused", "stop-line", "redeemer_rate 0.0 of 30, sample 12")
    page = outbox.read(shop.conn, campaign.program_id, after=0, types=["campaign.paused"], limit=9)
    assert [one.change.data for one in page.changes] == [{"campaign": "double", "reason": last.note}]
    assert shop.buy(ids[0], "after", 1000).points == 10, "the next batch sees it"
    assert watch(shop) == [], "what is paused is not watched"


def test_once_resumed_it_is_not_paused_again_for_the_same_figure(shop):
    campaign_id = start(shop)
    line(shop, campaign_id)
    ids = buyers(shop, 12)
    shop.later(3)
    watch(shop)
    step(shop, campaign_id, campaigns.State.LIVE, note="the coupons went out late")
    assert watch(shop) == [V.STILL]
    assert seen(shop, campaign_id).state is campaigns.State.LIVE
    for number, member in enumerate(ids[:8]):
        use_points(shop, member, number)
    assert watch(shop) == [V.WELL]
    assert watch(shop) == [V.FINE]


def test_a_warning_leaves_the_campaign_as_it_is(shop):
    campaign_id = start(shop, budget=campaigns.Budget(points_max=130))
    line(shop, campaign_id, metric="budget_burn", threshold=90, action="warn", age_min_days=0)
    buyers(shop, 11)
    assert watch(shop) == [V.FINE]
    shop.buy(shop.join("one more"), "more", 1000)
    assert watch(shop) == [V.FIRES]
    assert watch(shop) == [V.STILL]
    assert seen(shop, campaign_id).state is campaigns.State.LIVE
    history = campaigns.changes(shop.conn, shop.plan.program.program_id, campaign_id)
    assert [c.what for c in history][:2] == ["warned", "line"]


def test_a_dry_run_shows_on_which_days_it_would_have_fired(shop):
    campaign_id = start(shop)
    ids = buyers(shop, 12)
    shop.later(4)
    for number, member in enumerate(ids[:9]):
        use_points(shop, member, number)
    shop.later(2)
    terms = campaigns.LineTerms(metric="redeemer_rate", threshold=30, sample_min=10, age_min_days=3)
    told = flows.dry_run_line(shop.conn, shop.plan, campaign_id, terms, at=shop.at)
    assert [(reading.on.day, reading.sample, verdict) for reading, verdict in told] == [
        (10, 0, V.YOUNG), (11, 0, V.YOUNG), (12, 0, V.YOUNG),
        (13, 12, V.FIRES), (14, 12, V.WELL), (15, 12, V.FINE), (16, 12, V.FINE),
    ]  # fmt: skip
    assert seen(shop, campaign_id).state is campaigns.State.LIVE
    assert campaigns.lines(shop.conn, shop.plan.program.program_id) == []


def test_usage_counts_the_points_of_who_took_part(shop):
    campaign_id = start(shop)
    ids = buyers(shop, 12)
    for number, member in enumerate(ids[:6]):
        use_points(shop, member, number)
    terms = campaigns.LineTerms(metric="usage_rate", threshold=50, sample_min=10, age_min_days=0)
    [(reading, verdict)] = flows.dry_run_line(shop.conn, shop.plan, campaign_id, terms, at=shop.at)
    assert (reading.value, reading.sample, verdict) == (100 * 6 / 240, 12, V.FIRES)


def test_figures_and_the_comparison_with_who_was_held_out(shop):
    ids = [shop.join(f"m{n}") for n in range(200)]
    campaign_id = start(shop, holdout_percent=50)
    campaign = seen(shop, campaign_id)
    held = [m for m in ids if campaigns.is_held_out(campaigns.Policy(), campaign, m)]
    given = [m for m in ids if m not in set(held)]
    for number, member in enumerate([*given[:60], *held[:10], given[0]]):
        shop.buy(member, f"o{number}", 1000)
    late = shop.join("late")
    shop.buy(late, "late", 1000)
    found = effects.figures(shop.conn, campaign, to_on=shop.today)
    took_part = 60 + (0 if campaigns.is_held_out(campaigns.Policy(), campaign, late) else 1)
    assert (found.participants, found.grants, found.points) == (took_part, took_part + 1, 10 * (took_part + 1))
    seen_ = effects.comparison(shop.conn, campaign, campaigns.Policy(), to_on=shop.today)
    # Who joined on the day of the launch counts as there before it: so does the late one.
    assert seen_.given.members + seen_.held.members == 201
    assert seen_.held.orders == 10 + (1 if took_part == 60 else 0)
    assert seen_.is_measured
    assert seen_.orders.low > 0
    terms = campaigns.LineTerms(metric="cost_per_incremental_order", threshold=2000, sample_min=30, age_min_days=0)
    [(reading, verdict)] = flows.dry_run_line(shop.conn, shop.plan, campaign_id, terms, at=shop.at)
    cost = found.micros * 100 / 1_000_000
    assert reading.value == pytest.approx(cost / (seen_.given.members * seen_.orders.value))
    assert verdict is V.FINE


def test_a_line_is_changed_switched_off_and_kept_in_the_history(shop):
    campaign_id = start(shop)
    number = line(shop, campaign_id)
    program_id = shop.plan.program.program_id
    terms = campaigns.LineTerms(metric="redeemer_rate", threshold=25)
    campaigns.set_line(shop.conn, program_id, campaign_id, terms, by=ANN, at=shop.at, line_id=number, is_on=False)
    [kept] = campaigns.lines(shop.conn, program_id, campaign_id)
    assert (kept.terms, kept.is_on) == (terms, False)
    notes = [c.note for c in campaigns.changes(shop.conn, program_id, campaign_id) if c.what == "line"]
    assert notes == ["1 off: redeemer_rate 25", "1 on: redeemer_rate 30"]
    with pytest.raises(campaigns.StopLineNotFound):
        campaigns.set_line(shop.conn, program_id, campaign_id, terms, by=ANN, at=shop.at, line_id=9)
