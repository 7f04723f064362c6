"""Every story notes what it did, once, in the transaction of its effect; refusals, repeats, previews note nothing."""

from dataclasses import replace

import pytest

from regulars import flows
from regulars.program import rewards
from regulars.records import activities, ledger, members, outbox


def noted(shop, after: int = 0) -> list[outbox.Change]:
    page = outbox.read(shop.conn, shop.plan.program.program_id, after=after, limit=1000)
    return [one.change for one in page.changes]


def types(shop, after: int = 0) -> list[str]:
    return [change.type for change in noted(shop, after)]


def now(shop) -> int:
    return outbox.latest(shop.conn)


def test_a_batch_notes_who_joined_each_order_and_each_tier_that_was_reached(shop):
    tier = shop.plan.ladder.tiers[1]
    new = members.Identifier(members.IdentifierKind.EXTERNAL, "new")
    take = [flows.Intake(order=shop.order(f"SO-{n}", 100_000), member=new, on_unknown="enroll") for n in range(2)]
    recorded = shop.take([*take, take[0]])
    found = noted(shop)
    assert [change.type for change in found] == ["member.enrolled", "order.recorded", "order.recorded", "tier.changed"]
    assert [change.subject_id for change in found[1:3]] == [recorded[0].order_id, recorded[1].order_id]
    assert found[3].data == {
        "from": shop.plan.ladder.tiers[0].tier_id, "to": tier.tier_id, "direction": "up", "cause": "reached",
    }  # fmt: skip
    assert len({change.member_id for change in found}) == 1


def test_history_is_no_news(shop):
    member = shop.join("m")
    start = now(shop)
    intake = flows.Intake(order=shop.order("SO", 100_000), member=member)
    flows.record_activities(shop.conn, shop.plan, [intake], at=shop.at, tells=False)
    assert types(shop, start) == []


def test_returns_completions_and_events(shop):
    member = shop.join("m")
    shop.buy(member, "SO", 10_000)
    start = now(shop)
    shop.give_back("R1", "SO", amount_minor=4_000)
    shop.give_back("R1", "SO", amount_minor=4_000)
    shop.give_back("R2", "SO")
    with pytest.raises(activities.AlreadyRefunded), shop.conn.transaction():
        shop.give_back("R3", "SO")
    flows.activate_points(shop.conn, shop.plan, "SO", source="shop", at=shop.at)
    event = activities.Event(source="shop", external_id="E", type="check_in", occurred_at=shop.at, data={})
    for _ in range(2):
        flows.record_events(shop.conn, shop.plan, [flows.EventIntake(event=event, member=member)], at=shop.at)
    found = noted(shop, start)
    assert [change.type for change in found] == [
        "order.returned",
        "order.returned",
        "order.completed",
        "event.recorded",
    ]
    assert [(c.data["points_reversed"], c.data["is_whole"]) for c in found[:2]] == [(40, False), (60, True)]


def test_a_return_that_waited_is_noted_after_its_order(shop):
    member = shop.join("m")
    start = now(shop)
    shop.give_back("R", "SO")
    shop.buy(member, "SO", 10_000)
    assert types(shop, start) == ["order.recorded", "order.returned"]


def test_a_preview_notes_nothing(shop):
    member = shop.join("m")
    shop.buy(member, "SO", 10_000)
    start = now(shop)
    returned = activities.Return(source="shop", external_id="R", order_external_id="SO", occurred_at=shop.at)
    flows.refund_order(shop.conn, shop.plan, returned, at=shop.at, preview=True)
    assert types(shop, start) == []


def test_what_people_and_points_do(founded):
    giving = ledger.Giving(member_days_min=0)
    shop = founded()
    ledger.save_wallet(shop.conn, replace(shop.plan.wallet, giving=giving))
    shop.reload()
    ann, bob = shop.join("ann"), shop.join("bob")
    shop.buy(ann, "SO", 500_000)
    start = now(shop)
    flows.adjust_points(shop.conn, shop.plan, ann, 10, shown_reason="Thanks", actor="test", reference="A", at=shop.at)
    flows.give_points(shop.conn, shop.plan, flows.Gift(gift_id="G", giver_id=ann, to=bob, points=5), at=shop.at)
    reward = rewards.catalogue(shop.conn, shop.plan.program.program_id)[0]
    done = flows.redeem_reward(shop.conn, shop.plan, ann, reward.reward_id, external_id="R", at=shop.at)
    flows.undo_redemption(shop.conn, shop.plan, ann, done.redemption.redemption_id, at=shop.at, force=True)
    flows.undo_redemption(shop.conn, shop.plan, ann, done.redemption.redemption_id, at=shop.at, force=True)
    flows.merge_members(shop.conn, shop.plan, bob, ann, at=shop.at)
    flows.unmerge_members(shop.conn, shop.plan, bob, at=shop.at)
    found = noted(shop, start)
    assert [(change.type, change.member_id) for change in found] == [
        ("points.adjusted", ann), ("points.given", ann), ("points.received", bob), ("reward.redeemed", ann),
        ("reward.undone", ann), ("member.merged", bob), ("member.unmerged", bob),
    ]  # fmt: skip
    assert found[3].data["points"] == reward.price_points


def test_the_end_of_a_day_notes_what_ended_and_whose_it_was(shop):
    ann, bob, cy = shop.join("ann"), shop.join("bob"), shop.join("cy")
    flows.found_household(shop.conn, shop.plan, "H", [bob, cy], at=shop.at)
    for number, member in enumerate((ann, bob)):
        shop.buy(member, f"SO-{number}", 10_000)
    start = now(shop)
    shop.live(800)
    ended = {(c.member_id, c.data["points"]) for c in noted(shop, start) if c.type == "points.expired"}
    assert ended == {(ann, 100), (None, 100)}
    household = members.households.household_key(shop.plan.program.program_id, "H")
    subjects = {c.subject_id for c in noted(shop, start) if c.type == "points.expired"}
    assert subjects == {ann, household}
