"""A campaign bundles coupons and rewards: they work while it runs, out of its budget, for whom it is meant."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed
from tests.flows.conftest import Shop
from tests.flows.test_redeem_reward import redeem, reward, rich
from tests.flows.test_run_campaign import ANN, State, seen, spent, start, step
from tests.flows.test_use_coupons import buy, issue, left, pool

from regulars import flows
from regulars.program import campaigns, coupons, rewards
from regulars.records import outbox

V = campaigns.Verdict
SMALL = 10
"""An order too small for a point, so that only its coupon takes something."""


def stops_told(shop: Shop) -> list[str]:
    page = outbox.read(shop.conn, shop.plan.program.program_id, after=0, types=["campaign.stopped"], limit=9)
    return [one.change.data["reason"] for one in page.changes]


def give(shop: Shop, found: coupons.Pool, member, issue_id: str = "1") -> flows.Issued:
    return flows.issue_coupon(shop.conn, shop.plan, found, member, issue_id=issue_id, at=shop.at)


def bundled(shop: Shop, code: str, campaign_id: int) -> rewards.Reward:
    wanted = replace(reward(shop, code), campaign_id=campaign_id, cost_minor=3000)
    return flows.save_reward(shop.conn, shop.plan, wanted, by="test", at=shop.at)


def launch(shop: Shop, campaign_id: int) -> None:
    step(shop, campaign_id, State.REVIEW)
    step(shop, campaign_id, State.LIVE)


def test_a_used_coupon_takes_one_grant_and_what_it_took_off(shop):
    member = shop.join("ann")
    campaign_id = start(shop, budget=campaigns.Budget(money_minor_max=10_000))
    coupon = issue(shop, pool(shop, campaign_id=campaign_id), member)
    order = buy(shop, member, "1", coupon.code, amount=SMALL)
    assert order.answer["coupons"][0]["discount_minor"] == 2000
    assert spent(shop, campaign_id) == (0, 20_000_000, 1)
    tallies = shop.conn.execute("select points, micros, grants from campaigns.tally").fetchall()
    assert tallies == [(0, 20_000_000, 1)]


def test_case_078c_coupons_are_granted_to_the_cap_and_then_refused_and_the_campaign_stops_once(shop):
    ids = [shop.join(f"m{number}") for number in range(4)]
    campaign_id = start(shop, budget=campaigns.Budget(money_minor_max=4000))
    found = pool(shop, campaign_id=campaign_id)
    issued = [issue(shop, found, member) for member in ids]
    burst = [
        flows.Intake(order=shop.order(f"o{number}", SMALL), member=member, coupons=(issued[number].code,))
        for number, member in enumerate(ids)
    ]
    first, second, third, fourth = shop.take(burst)
    assert (first.outcome, second.outcome) == ("created", "created")
    assert (third.code, fourth.code) == ("budget-exhausted", "budget-exhausted")
    assert spent(shop, campaign_id) == (0, 40_000_000, 2)
    assert seen(shop, campaign_id).state is State.STOPPED
    shop.reload()
    assert isinstance(buy(shop, ids[2], "again", issued[2].code), campaigns.BudgetExhausted)
    assert [left(shop, coupon) for coupon in issued] == [0, 0, 1, 1]
    assert stops_told(shop) == ["budget-exhausted"]


def test_case_078c_a_coupon_that_takes_off_more_than_is_left_is_refused_whole(shop):
    one, other = shop.join("ann"), shop.join("bob")
    campaign_id = start(shop, budget=campaigns.Budget(money_minor_max=3000))
    found = pool(shop, campaign_id=campaign_id)
    first, second = issue(shop, found, one), issue(shop, found, other)
    assert buy(shop, one, "1", first.code, amount=SMALL).outcome == "created"
    assert isinstance(buy(shop, other, "2", second.code, amount=SMALL), campaigns.BudgetExhausted)
    assert spent(shop, campaign_id) == (0, 20_000_000, 1)
    assert left(shop, second) == 1
    assert seen(shop, campaign_id).state is State.LIVE


def test_a_whole_return_gives_the_coupon_back_and_not_the_budget(shop):
    member = shop.join("ann")
    campaign_id = start(shop, budget=campaigns.Budget(money_minor_max=10_000))
    coupon = issue(shop, pool(shop, campaign_id=campaign_id), member)
    buy(shop, member, "1", coupon.code, amount=SMALL)
    assert shop.give_back("R1", "1").answer["coupons_back"] == [coupon.shown]
    assert spent(shop, campaign_id) == (0, 20_000_000, 1)


def test_case_078d_coupons_are_issued_while_their_campaign_runs(shop):
    member = shop.join("ann")
    campaign_id = start(shop, launch=False, budget=campaigns.Budget(grants_max=1))
    found = pool(shop, campaign_id=campaign_id)
    with pytest.raises(coupons.CouponNotAvailable) as early:
        give(shop, found, member)
    assert early.value.facts["reason"] == "campaign"
    launch(shop, campaign_id)
    assert give(shop, found, member).is_new
    assert spent(shop, campaign_id) == (0, 0, 0), "a coupon in hand is not stopped by its own issue"
    step(shop, campaign_id, State.PAUSED)
    with pytest.raises(campaigns.CampaignPaused):
        give(shop, found, member, "2")


def test_who_is_held_out_gets_no_coupon_of_the_campaign(shop):
    ids = [shop.join(f"m{number}") for number in range(60)]
    campaign_id = start(shop, holdout_percent=50)
    found, campaign = pool(shop, campaign_id=campaign_id), seen(shop, campaign_id)
    held = {one for one in ids if campaigns.is_held_out(campaigns.Policy(), campaign, one)}
    assert 0 < len(held) < 60
    with pytest.raises(coupons.CouponNotAvailable) as refused:
        give(shop, found, min(held))
    assert refused.value.facts["reason"] == "campaign-audience"
    batch, _ = flows.ask_batch(shop.conn, shop.plan, found, external_id="all", by="test", at=shop.at, condition="true")
    assert flows.fill_batch(shop.conn, batch.batch_id, at=shop.at)
    got = {one for one in ids if coupons.wallet(shop.conn, found.program_id, [one])}
    assert got == set(ids) - held


def test_a_batch_waits_while_the_campaign_is_paused_and_goes_on(shop):
    member = shop.join("ann")
    campaign_id = start(shop)
    found = pool(shop, campaign_id=campaign_id)
    batch, _ = flows.ask_batch(shop.conn, shop.plan, found, external_id="all", by="test", at=shop.at, condition="true")
    step(shop, campaign_id, State.PAUSED)
    flows.fill_batch(shop.conn, batch.batch_id, at=shop.at)
    assert coupons.wallet(shop.conn, found.program_id, [member]) == []
    step(shop, campaign_id, State.LIVE)
    flows.fill_batch(shop.conn, batch.batch_id, at=shop.at)
    assert len(coupons.wallet(shop.conn, found.program_id, [member])) == 1


def test_case_078c_a_reward_takes_its_cost_out_of_the_budget_until_it_is_used_up(shop):
    ann, bob = rich(shop), rich(shop, "bob")
    campaign_id = start(shop, budget=campaigns.Budget(money_minor_max=6000))
    bundled(shop, "five-off", campaign_id)
    redeem(shop, ann, "five-off")
    assert spent(shop, campaign_id) == (0, 30_000_000, 1)
    redeem(shop, bob, "five-off", "X-2")
    assert seen(shop, campaign_id).state is State.STOPPED
    assert stops_told(shop) == ["budget-exhausted"]
    before = shop.balance(ann).available
    with pytest.raises(campaigns.BudgetExhausted), shop.conn.transaction():
        redeem(shop, ann, "five-off", "X-3")
    assert shop.balance(ann).available == before


def test_case_078c_a_reward_dearer_than_what_is_left_takes_no_points(shop):
    member = rich(shop)
    campaign_id = start(shop, budget=campaigns.Budget(money_minor_max=2999))
    bundled(shop, "five-off", campaign_id)
    with pytest.raises(campaigns.BudgetExhausted), shop.conn.transaction():
        redeem(shop, member, "five-off")
    assert shop.balance(member).available == 1000
    assert spent(shop, campaign_id) == (0, 0, 0)


def test_case_078d_a_reward_is_offered_while_its_campaign_runs_and_says_why_else(shop):
    member = rich(shop)
    campaign_id = start(shop, launch=False)
    one = bundled(shop, "five-off", campaign_id)

    def why() -> str | None:
        told = flows.offers(shop.conn, shop.plan, member, at=shop.at)
        return next(offer["why_not"] for offer in told if offer["reward_id"] == str(one.reward_id))

    assert why() == "campaign"
    with pytest.raises(rewards.RewardNotAvailable) as early:
        redeem(shop, member, "five-off")
    assert early.value.facts == {"reason": "campaign"}
    launch(shop, campaign_id)
    assert why() is None
    step(shop, campaign_id, State.PAUSED)
    assert why() == "campaign-paused"
    with pytest.raises(campaigns.CampaignPaused):
        redeem(shop, member, "five-off")
    step(shop, campaign_id, State.LIVE)
    assert redeem(shop, member, "five-off").outcome == "created"


def test_who_is_held_out_does_not_see_the_rewards_of_the_campaign(shop):
    campaign_id = start(shop, holdout_percent=50)
    one, campaign = bundled(shop, "five-off", campaign_id), seen(shop, campaign_id)
    held = []
    for number in range(20):
        member = shop.join(f"m{number}")
        told = {offer["reward_id"] for offer in flows.offers(shop.conn, shop.plan, member, at=shop.at)}
        held.append(campaigns.is_held_out(campaigns.Policy(), campaign, member))
        assert (str(one.reward_id) in told) is not held[-1]
    assert set(held) == {True, False}


def test_j5_a_redemption_rate_of_coupons_below_30_percent_pauses_the_campaign(shop):
    ids = [shop.join(f"m{number}") for number in range(40)]
    campaign_id = start(shop)
    found, other = pool(shop, campaign_id=campaign_id), pool(shop, "other")
    codes = [give(shop, found, member).coupon.code for member in ids]
    terms = campaigns.LineTerms(
        metric="redemption_rate", threshold=campaigns.THRESHOLDS["redemption_rate"], sample_min=40, age_min_days=3
    )
    campaigns.set_line(shop.conn, found.program_id, campaign_id, terms, by=ANN, at=shop.at)
    for number in range(4):
        buy(shop, ids[number], f"o{number}", codes[number])
    buy(shop, ids[5], "not of the campaign", give(shop, other, ids[5]).coupon.code)
    assert [one.verdict for one in flows.watch_campaigns(shop.conn, shop.plan, at=shop.at)] == [V.YOUNG]
    shop.later(3)
    give(shop, found, ids[0], "issued today, so it is nobody's fault that it is not used")
    told = flows.dry_run_line(shop.conn, shop.plan, campaign_id, terms, at=shop.at)
    young = (0, None, V.YOUNG)
    assert [(one.sample, one.value, verdict) for one, verdict in told] == [young, young, young, (40, 10.0, V.FIRES)]
    milder = changed(terms, threshold=20)
    assert flows.dry_run_line(shop.conn, shop.plan, campaign_id, milder, at=shop.at)[-1][1] is V.FINE, "not sure"
    assert [one.verdict for one in flows.watch_campaigns(shop.conn, shop.plan, at=shop.at)] == [V.FIRES]
    assert seen(shop, campaign_id).state is State.PAUSED
    shop.reload()
    assert isinstance(buy(shop, ids[9], "o9", codes[9]), campaigns.CampaignPaused)


def test_a_campaign_without_coupons_has_no_redemption_rate(shop):
    campaign_id = start(shop)
    shop.buy(shop.join("ann"), "1", 1000)
    terms = campaigns.LineTerms(metric="redemption_rate", threshold=30, sample_min=1, age_min_days=0)
    [(reading, verdict)] = flows.dry_run_line(shop.conn, shop.plan, campaign_id, terms, at=shop.at)
    assert (reading.value, reading.sample, verdict) == (None, 0, V.SMALL)
