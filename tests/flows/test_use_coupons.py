"""Orders use coupons, once; a refused order leaves them free; a whole return gives them back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regulars import flows
from regulars.program import campaigns, coupons
from regulars.records import access, activities

from .conftest import NOW, Shop


def pool(shop: Shop, code: str = "spring", *, kind="amount", state="live", campaign_id=None, **more) -> coupons.Pool:
    benefit = more.pop("benefit", None) or coupons.Benefit(kind=kind, amount_minor=2000)
    terms = coupons.Terms(name={"en": code.title(), "zh": "春"}, benefit=benefit, **more)
    wanted = coupons.new(
        shop.plan.program.program_id, code, terms, state=coupons.PoolState(state), campaign_id=campaign_id
    )
    return coupons.save(shop.conn, wanted, by="test", at=shop.at)


def public(shop: Shop, typed: str, **more) -> coupons.Pool:
    found = pool(shop, typed.lower(), codes="public", **{"uses_max": None, **more})
    coupons.bring_in(shop.conn, found, [typed], at=shop.at, today=shop.today)
    return found


def issue(shop: Shop, found: coupons.Pool, member, issue_id: str = "1") -> coupons.Coupon:
    return coupons.issue(shop.conn, found, [member], issue_id=issue_id, at=shop.at, today=shop.today)[member]


def buy(shop: Shop, member, number: str, *codes: str, amount: int = 10_000, **more):
    order = shop.order(number, amount, **more)
    return shop.take([flows.Intake(order=order, member=member, coupons=codes)])[0]


def left(shop: Shop, coupon: coupons.Coupon) -> int | None:
    return coupons.named(shop.conn, shop.plan.program.program_id, [coupon.code])[coupon.code].uses_left


def test_an_order_uses_a_coupon_and_says_what_it_gave(shop):
    member = shop.join("A")
    coupon = issue(shop, pool(shop), member)
    done = buy(shop, member, "1", coupon.shown)
    assert done.answer["coupons"] == [
        {"code": coupon.shown, "pool": "spring", "name": "Spring", "discount_minor": 2000}
    ]
    assert left(shop, coupon) == 0
    again = buy(shop, member, "1", coupon.shown)
    assert (again.outcome, again.answer) == ("replayed", done.answer)


def test_a_used_coupon_is_used_and_the_refused_order_may_come_again_without_it(shop):
    member = shop.join("A")
    coupon = issue(shop, pool(shop), member)
    buy(shop, member, "1", coupon.code)
    refused = buy(shop, member, "2", coupon.code)
    assert isinstance(refused, coupons.CouponUsed)
    assert buy(shop, member, "2").outcome == "created"


def test_a_refused_order_leaves_every_coupon_free(shop):
    member, other = shop.join("A"), shop.join("B")
    mine = issue(shop, pool(shop, "mine", stacking="any"), member)
    theirs = issue(shop, pool(shop, "theirs", stacking="any"), other)
    refused = buy(shop, member, "1", mine.code, theirs.code)
    assert (refused.code, refused.facts) == ("coupon-not-available", {"reason": "not-yours"})
    assert (left(shop, mine), left(shop, theirs)) == (1, 1)
    held = flows.Intake(order=shop.order("2", 10_000), member=member, coupons=(mine.code,), hold_ids=("no-such",))
    assert isinstance(shop.take([held])[0], flows.HoldUnknown)
    assert left(shop, mine) == 1
    assert shop.conn.execute("select count(*) from coupons.use").fetchone() == (0,)


def test_of_two_orders_in_one_batch_the_first_has_the_coupon(shop):
    member = shop.join("A")
    coupon = issue(shop, pool(shop), member)
    orders = [flows.Intake(order=shop.order(n, 10_000), member=member, coupons=(coupon.code,)) for n in "12"]
    first, second = shop.take(orders)
    assert (first.outcome, second.code) == ("created", "coupon-used")


def test_case_071_a_coupon_works_until_its_last_local_day_is_over_and_not_one_second_more(shop):
    member = shop.join("A")
    coupon = issue(shop, pool(shop, ends_on=date(2026, 3, 31)), member)
    midnight = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)  # in Shanghai
    shop.at = midnight + timedelta(seconds=30)
    late = buy(shop, member, "1", coupon.code, at=midnight)
    assert isinstance(late, coupons.CouponExpired)
    assert late.facts["expired_at"] == "2026-04-01T00:00:00+08:00"
    assert buy(shop, member, "2", coupon.code, at=midnight - timedelta(seconds=1)).outcome == "created"


def test_days_of_validity_count_from_the_day_of_issue(shop):
    member = shop.join("A")
    coupon = issue(shop, pool(shop, valid_days=7), member)
    assert coupon.ends_on == date(2026, 3, 16)


def test_case_078a_two_that_do_not_stack_are_refused_with_the_pair(shop):
    member = shop.join("A")
    one, other = issue(shop, pool(shop, "one"), member), issue(shop, pool(shop, "two", stacking="any"), member)
    refused = buy(shop, member, "1", other.code, one.code)
    assert isinstance(refused, coupons.CouponNotStackable)
    assert sorted(refused.facts["pair"]) == sorted([one.code, other.code])


def test_case_078d_a_paused_pool_gives_nothing_until_it_goes_on(shop):
    member = shop.join("A")
    found = pool(shop)
    coupon = issue(shop, found, member)
    coupons.set_state(shop.conn, found, coupons.PoolState.PAUSED, by="test", at=shop.at)
    assert buy(shop, member, "1", coupon.code).facts == {"reason": "paused"}
    coupons.set_state(shop.conn, found, coupons.PoolState.LIVE, by="test", at=shop.at)
    assert buy(shop, member, "1", coupon.code).outcome == "created"


def test_case_078d_coupons_of_a_campaign_work_while_it_runs_and_not_while_it_is_paused(shop):
    by, member, program_id = access.staff(1, "Ann"), shop.join("A"), shop.plan.program.program_id
    made = campaigns.draft(shop.conn, program_id, "week", campaigns.Terms(name={"en": "Week"}), by=by, at=shop.at)

    def step(to: str) -> None:
        state = campaigns.State(to)
        flows.run_campaign(shop.conn, shop.plan, made.campaign_id, state, by=by, at=shop.at, note="because")
        shop.reload()

    found = pool(shop, campaign_id=made.campaign_id, uses_max=None)
    coupon = issue(shop, found, member)
    assert buy(shop, member, "1", coupon.code).facts == {"reason": "campaign"}
    step("review"), step("live")
    assert buy(shop, member, "2", coupon.code).outcome == "created"
    step("paused")
    assert isinstance(buy(shop, member, "3", coupon.code), campaigns.CampaignPaused)
    step("live")
    assert buy(shop, member, "4", coupon.code).outcome == "created"


def test_limits_hold_for_a_member_and_for_all_together(shop):
    ann, bob, cid = (shop.join(name) for name in "abc")
    public(shop, "SUMMER", member_max=1, total_max=2)
    assert buy(shop, ann, "1", "summer").outcome == "created"
    assert buy(shop, ann, "2", "SUMMER").facts == {"limit": 1}
    assert buy(shop, bob, "3", "SUMMER").outcome == "created"
    assert buy(shop, cid, "4", "SUMMER").facts == {"limit": 2, "of": "all"}


def test_a_whole_return_gives_a_coupon_back_and_a_part_of_one_does_not(shop):
    member = shop.join("A")
    coupon = issue(shop, pool(shop, total_max=1), member)
    buy(shop, member, "1", coupon.code)
    assert shop.give_back("R1", "1", amount_minor=4000).answer["coupons_back"] == []
    assert shop.give_back("R2", "1").answer["coupons_back"] == [coupon.shown]
    assert buy(shop, member, "2", coupon.code).outcome == "created"


def test_a_pool_may_keep_what_was_used(shop):
    member = shop.join("A")
    coupon = issue(shop, pool(shop, gives_back=False), member)
    buy(shop, member, "1", coupon.code)
    assert shop.give_back("R1", "1").answer["coupons_back"] == []
    assert isinstance(buy(shop, member, "2", coupon.code), coupons.CouponUsed)


def test_what_becomes_of_a_coupon_is_noted_without_its_code(shop):
    member = shop.join("A")
    found = pool(shop)
    flows.issue_coupon(shop.conn, shop.plan, found, member, issue_id="1", at=shop.at)
    again = flows.issue_coupon(shop.conn, shop.plan, found, member, issue_id="1", at=shop.at)
    buy(shop, member, "1", again.coupon.code)
    shop.give_back("R1", "1")
    rows = shop.conn.execute(
        "select type, data from outbox.change where type like 'coupon.%' order by place"
    ).fetchall()
    assert [(row[0], row[1]) for row in rows] == [
        ("coupon.issued", {"pool": "spring", "ends_on": None}),
        ("coupon.used", {"pool": "spring", "order_id": "1", "discount_minor": 2000}),
        ("coupon.given_back", {"pool": "spring", "order_id": "1"}),
    ]


def test_a_preview_of_a_return_gives_nothing_back(shop):
    member = shop.join("A")
    coupon = issue(shop, pool(shop), member)
    buy(shop, member, "1", coupon.code)
    returned = activities.Return(source="shop", external_id="R", order_external_id="1", occurred_at=NOW)
    seen = flows.refund_order(shop.conn, shop.plan, returned, at=shop.at, preview=True)
    assert seen.answer["coupons_back"] == [coupon.shown]
    assert left(shop, coupon) == 0


def test_somebody_merged_into_a_member_leaves_them_their_coupons(shop):
    old, new = shop.join("A"), shop.join("B")
    coupon = issue(shop, pool(shop), old)
    flows.merge_members(shop.conn, shop.plan, old, new, at=shop.at)
    assert buy(shop, new, "1", coupon.code).outcome == "created"


@pytest.mark.parametrize("codes", [("RRRRRRRRRRRRR",), ("{{7*7}}",)])
def test_case_078_nonsense_in_an_order_is_malformed(shop, codes):
    refused = buy(shop, shop.join("A"), "1", *codes)
    assert isinstance(refused, coupons.CouponMalformed)


def test_an_order_without_coupons_asks_nothing_of_them(shop):
    member = shop.join("A")
    shop.conn.execute("drop schema coupons cascade")
    assert shop.buy(member, "1", 100).outcome == "created"
