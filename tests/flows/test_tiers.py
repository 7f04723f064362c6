"""Tiers over time: several sets, announced falls, changes that wait, tiers by hand, segments."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from regulars import flows
from regulars.audience import conditions
from regulars.program import tiers
from regulars.records import access, activities, members

LI = access.staff(1, "Li Wei")


def tier(rank: int, threshold: int, *benefits: dict, condition: str = "") -> tiers.Tier:
    return tiers.Tier(
        tier_id=rank + 1, rank=rank, name={"en": f"T{rank}", "zh": f"等级{rank}"}, threshold=threshold, color="gray",
        points_factor=1, benefits=benefits, condition=condition,
    )  # fmt: skip


def ladder(shop, code: str, *thresholds: int, **more: object) -> tiers.Ladder:
    ranks = tuple(tier(rank, threshold) for rank, threshold in enumerate(thresholds))
    fields = {
        "program_id": shop.plan.program.program_id, "ladder_id": 0, "code": code, "name": {"en": code},
        "metric": tiers.Metric.ORDERS, "window_months": 12, "keep_months": 12, "tiers": ranks,
    }  # fmt: skip
    return tiers.Ladder(**(fields | more))


def save(shop, wanted: tiers.Ladder, **more: object) -> flows.TierSetSaved:
    done = flows.save_tier_set(shop.conn, shop.plan, wanted, by="test", at=shop.at, **more)
    shop.reload()
    return done


def rank(shop, member: UUID, code: str = "main") -> int:
    one = shop.plan.set_of(code)
    return one.held(tiers.holdings(shop.conn, [member], one.ladder_id).get(member)).rank


def go(shop, day: str) -> None:
    shop.at = datetime.fromisoformat(f"{day}T04:00:00Z")
    shop.close_day()
    shop.reload()


def main(shop, **more: object) -> tiers.Ladder:
    return replace(shop.plan.ladder, **more)


def test_a_set_beside_the_main_one_is_climbed_by_its_own_measure(shop):
    save(shop, ladder(shop, "coffee", 0, 2, 4))
    member = shop.join("ann")
    first, second = shop.buy(member, "SO-1", 1_000), shop.buy(member, "SO-2", 1_000)
    assert first.answer["effects"] == []
    assert second.answer["effects"] == [{"type": "tier.upgraded", "tier": 2, "name": "T1", "tier_set": "coffee"}]
    assert (rank(shop, member, "coffee"), rank(shop, member)) == (1, 0)
    assert second.points == 10
    assert [move.ladder_id for move in tiers.moves(shop.conn, member, limit=5, ladder_ids=[1, 2])] == [2]


def test_orders_in_one_batch_or_one_by_one_reach_the_same_on_every_set(shop):
    save(shop, ladder(shop, "coffee", 0, 2, 4))
    one, many = shop.join("one"), shop.join("many")
    for n in range(4):
        shop.buy(one, f"O-{n}", 30_000)
    shop.take([flows.Intake(order=shop.order(f"M-{n}", 30_000), member=many) for n in range(4)])
    assert tiers.all_holdings(shop.conn, [one])[one] == tiers.all_holdings(shop.conn, [many])[many]
    assert [rank(shop, many, code) for code in ("main", "coffee")] == [1, 2]


def test_case_028_a_late_order_of_the_old_year_counts_in_the_old_year(shop):
    save(shop, main(shop, window=tiers.Window.CALENDAR))
    member = shop.join("ann")
    shop.at = datetime.fromisoformat("2027-01-02T04:00:00Z")
    shop.buy(member, "NEW", 10_000)
    shop.buy(member, "OLD", 100_000, at=datetime.fromisoformat("2026-12-31T15:59:59Z"))
    held = tiers.holdings(shop.conn, [member])[member]
    assert (rank(shop, member), held.review_on) == (1, date(2027, 12, 31))


def test_the_year_ends_at_midnight_of_the_programs_zone(shop):
    save(shop, main(shop, window=tiers.Window.CALENDAR))
    member = shop.join("ann")
    shop.at = datetime.fromisoformat("2027-01-02T04:00:00Z")
    shop.buy(member, "A", 60_000, at=datetime.fromisoformat("2026-12-31T15:59:59Z"))  # 23:59:59 in Shanghai
    shop.buy(member, "B", 60_000, at=datetime.fromisoformat("2026-12-31T16:00:00Z"))  # 00:00 of the new year
    assert rank(shop, member) == 0
    assert tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today).reached == 60_000


def test_case_038_a_refund_below_the_threshold_keeps_the_tier_tells_once_and_moves_once(shop):
    member = shop.join("ann")
    shop.buy(member, "SO", 100_000)
    shop.give_back("R", "SO")
    assert (rank(shop, member), tiers.notices(shop.conn, member)) == (1, [])
    for day in ("2027-03-01", "2027-03-02", "2027-03-31"):
        go(shop, day)
    (notice,) = tiers.notices(shop.conn, member)
    assert (notice.told_on, notice.falls_on, notice.missing) == (date(2027, 3, 1), date(2027, 3, 31), 100_000)
    assert rank(shop, member) == 1
    assert tiers.falling(shop.conn, shop.plan.program.program_id) == 1
    for day in ("2027-04-01", "2027-04-02"):
        go(shop, day)
    assert rank(shop, member) == 0
    assert [move.cause for move in tiers.moves(shop.conn, member, limit=9)] == ["review", "reached"]
    assert len(tiers.notices(shop.conn, member)) == 1


def test_who_was_told_and_buys_enough_keeps_the_tier(shop):
    member = shop.join("ann")
    shop.buy(member, "SO", 100_000)
    go(shop, "2027-03-11")
    assert len(tiers.notices(shop.conn, member)) == 1
    shop.buy(member, "SO-2", 100_000)
    assert tiers.standing(shop.conn, shop.plan.ladder, member, today=shop.today).falls_on is None
    go(shop, "2027-04-11")
    held = tiers.holdings(shop.conn, [member])[member]
    assert (rank(shop, member), held.falls_on, held.review_on) == (1, None, date(2028, 4, 30))


def test_a_night_that_was_missed_makes_nobody_fall_unannounced(shop):
    member = shop.join("ann")
    shop.buy(member, "SO", 100_000)
    go(shop, "2027-06-01")
    (notice,) = tiers.notices(shop.conn, member)
    assert (rank(shop, member), notice.falls_on) == (1, date(2027, 7, 1))
    go(shop, "2027-07-01")
    assert rank(shop, member) == 1
    go(shop, "2027-07-02")
    assert rank(shop, member) == 0


def test_closing_a_day_twice_tells_and_moves_nothing_twice(shop):
    member = shop.join("ann")
    shop.buy(member, "SO", 100_000)
    go(shop, "2027-03-11")
    before = (tiers.all_holdings(shop.conn, [member]), tiers.notices(shop.conn, member))
    assert all(one.warned == 0 for one in shop.close_day())
    assert (tiers.all_holdings(shop.conn, [member]), tiers.notices(shop.conn, member)) == before


def test_lower_thresholds_lift_who_reaches_them_when_the_day_is_closed(shop):
    member = shop.join("ann")
    shop.buy(member, "SO", 60_000)
    low, silver, gold = shop.plan.ladder.tiers
    wanted = main(shop, tiers=(low, replace(silver, threshold=50_000), gold))
    seen = flows.preview_tier_set(shop.conn, shop.plan, wanted, at=shop.at)
    assert (seen.now, seen.then, seen.up, seen.down, seen.is_harder) == (
        {1: 1, 2: 0, 3: 0},
        {1: 0, 2: 1, 3: 0},
        1,
        0,
        False,
    )
    save(shop, wanted)
    assert rank(shop, member) == 0
    assert sum(one.upgraded for one in shop.close_day()) == 1
    assert rank(shop, member) == 1
    assert tiers.moves(shop.conn, member, limit=1)[0].cause == "change"
    assert sum(one.upgraded for one in shop.close_day()) == 0


def test_a_scheduled_change_waits_for_its_day_and_the_old_terms_decide_until_then(shop):
    low, silver, gold = shop.plan.ladder.tiers
    wanted = main(shop, tiers=(low, replace(silver, threshold=200_000), gold))
    done = save(shop, wanted, effective_on=date(2026, 4, 1))
    assert (done.version, done.is_scheduled) == (2, True)
    member = shop.join("ann")
    shop.buy(member, "SO", 100_000)
    assert rank(shop, member) == 1
    go(shop, "2026-03-31")
    assert shop.plan.ladder.tiers[1].threshold == 100_000
    go(shop, "2026-04-01")
    assert (shop.plan.ladder.version, shop.plan.ladder.tiers[1].threshold) == (2, 200_000)
    assert rank(shop, member) == 1  # kept until its review
    later = shop.join("ben")
    shop.buy(later, "SO-2", 100_000)
    assert rank(shop, later) == 0
    states = [one.state for one in tiers.versions(shop.conn, shop.plan.program.program_id, 1)]
    assert states == ["live", "past"]


def test_the_preview_counts_who_would_fall_and_shows_some(shop):
    member = shop.join("ann")
    shop.buy(member, "SO", 100_000)
    low, silver, gold = shop.plan.ladder.tiers
    wanted = main(shop, tiers=(low, replace(silver, threshold=200_000), gold))
    seen = flows.preview_tier_set(shop.conn, shop.plan, wanted, at=shop.at)
    assert (seen.up, seen.down, seen.is_harder, list(seen.falling)) == (0, 1, True, [member])
    assert shop.plan.ladder.version == 1


def test_a_change_for_the_worse_must_be_announced_and_one_for_the_better_not(shop):
    save(shop, main(shop, change_notice_days=30))
    low, silver, gold = shop.plan.ladder.tiers
    dearer = main(shop, tiers=(low, replace(silver, threshold=150_000), gold))
    with pytest.raises(tiers.NoticeTooShort) as refused:
        save(shop, dearer, effective_on=date(2026, 4, 8))
    assert refused.value.facts == {"earliest": "2026-04-09"}
    assert save(shop, dearer, effective_on=date(2026, 4, 9)).is_scheduled
    assert not save(shop, main(shop, tiers=(low, replace(silver, threshold=50_000), gold))).is_scheduled


def test_an_undone_change_is_a_new_version_with_the_earlier_terms(shop):
    first = shop.plan.ladder
    save(shop, main(shop, keep_months=24))
    done = flows.undo_tier_set(shop.conn, shop.plan, shop.plan.ladder, 1, by="Li", at=shop.at, effective_on=None)
    shop.reload()
    assert (done.version, replace(shop.plan.ladder, version=1)) == (3, first)
    assert [one.saved_by for one in tiers.versions(shop.conn, shop.plan.program.program_id, 1)] == [
        "Li",
        "test",
        "setup",
    ]


def test_a_change_that_waits_is_taken_back_and_nothing_happens_on_its_day(shop):
    save(shop, main(shop, keep_months=24), effective_on=date(2026, 4, 1))
    assert tiers.withdraw(shop.conn, shop.plan.ladder, by="Li")
    assert not tiers.withdraw(shop.conn, shop.plan.ladder, by="Li")
    go(shop, "2026-04-02")
    assert (shop.plan.ladder.version, shop.plan.ladder.keep_months) == (1, 12)


def test_of_two_who_change_the_same_terms_the_second_looks_again(shop):
    read = shop.plan.ladder
    save(shop, replace(read, keep_months=24))
    with pytest.raises(tiers.LadderChanged):
        save(shop, replace(read, keep_months=6))


def test_a_tier_somebody_holds_is_not_thrown_away(shop):
    member = shop.join("ann")
    shop.buy(member, "SO", 500_000)
    with pytest.raises(tiers.LadderTermsInvalid):
        save(shop, main(shop, tiers=shop.plan.ladder.tiers[:2]))


def give(shop, member: UUID, tier_id: int | None, until: str | None, **more: object) -> flows.TierGiven:
    fields = {"reason": "Lost parcel", "by": LI, "reference": "CASE-1", "at": shop.at}
    day = date.fromisoformat(until) if until else None
    return flows.set_tier(shop.conn, shop.plan, member, tier_id, until=day, **(fields | more))


def test_edge_39_a_tier_by_hand_has_an_end_a_reason_and_who_gave_it(shop):
    member = shop.join("ann")
    assert give(shop, member, 3, "2026-06-30").outcome == "done"
    assert give(shop, member, 3, "2026-06-30").outcome == "replayed"
    (move,) = tiers.moves(shop.conn, member, limit=5)
    assert (move.cause, move.by, move.reason, move.until) == ("manual", "Li Wei", "Lost parcel", date(2026, 6, 30))
    with pytest.raises(activities.EventConflict):
        give(shop, member, 2, "2026-06-30")
    assert shop.buy(member, "SO", 10_000).points == 150
    go(shop, "2026-05-31")
    go(shop, "2026-06-30")
    assert rank(shop, member) == 2
    go(shop, "2026-07-01")
    assert rank(shop, member) == 0


def test_a_tier_by_hand_is_a_floor_and_what_is_reached_above_it_counts(shop):
    member = shop.join("ann")
    give(shop, member, 2, "2026-06-30")
    shop.buy(member, "SO", 500_000)
    held = tiers.holdings(shop.conn, [member])[member]
    assert (held.tier_id, held.is_manual, held.review_on) == (3, False, date(2027, 3, 31))
    with pytest.raises(flows.TierReached):
        give(shop, member, 2, "2026-12-31", reference="CASE-2")


def test_what_was_given_by_hand_is_ended_by_hand(shop):
    member = shop.join("ann")
    give(shop, member, 3, "2026-06-30")
    shop.later(1)
    give(shop, member, None, None, reference="CASE-2")
    assert rank(shop, member) == 0
    assert [move.to_tier_id for move in tiers.moves(shop.conn, member, limit=5)] == [1, 3]


@pytest.mark.parametrize(("tier_id", "until"), [(9, "2026-06-30"), (3, "2026-03-09"), (3, "2033-01-01"), (3, None)])
def test_a_tier_by_hand_that_cannot_be_changes_nothing(shop, tier_id, until):
    member = shop.join("ann")
    with pytest.raises(flows.TierNotGiven):
        give(shop, member, tier_id, until)
    assert tiers.holdings(shop.conn, [member]) == {}


def club(shop, condition: str) -> tiers.Ladder:
    ranks = (tier(0, 0), tier(1, 1, {"type": "adviser"}, condition=condition))
    return ladder(shop, "club", metric=tiers.Metric.SEGMENT, tiers=ranks, notice_days=10)


def test_a_set_by_segment_moves_who_meets_its_condition_when_the_day_is_closed(shop):
    member, other = shop.join("ann"), shop.join("ben")
    save(shop, club(shop, "member.spend_12m >= 500"))
    shop.buy(member, "SO", 50_000)
    assert rank(shop, member, "club") == 0
    told = flows.member_tiers(
        shop.conn, shop.plan, members.get(shop.conn, shop.plan.program.program_id, member), "en", at=shop.at
    )
    assert told["tier_sets"][1]["reached"] == 1
    go(shop, "2026-03-11")
    assert (rank(shop, member, "club"), rank(shop, other, "club")) == (1, 0)
    assert flows.tier_standings(shop.conn, shop.plan, shop.plan.set_of("club"), at=shop.at) == {(2, 2): 1, (1, 1): 1}
    go(shop, "2027-03-31")
    assert [one.ladder_id for one in tiers.notices(shop.conn, member)] == [2]
    go(shop, "2027-04-11")
    assert rank(shop, member, "club") == 0


def test_a_condition_nobody_can_read_is_refused_at_save(shop):
    with pytest.raises(conditions.RuleInvalid):
        save(shop, club(shop, "member.spnd_12m >= 500"))
    save(shop, club(shop, 'member.tier == "gold"'))
    renamed = [replace(one, name={"en": "Royal"}) if one.rank == 2 else one for one in shop.plan.ladder.tiers]
    with pytest.raises(conditions.RuleInvalid):
        save(shop, main(shop, tiers=tuple(renamed)))


def test_years_of_membership_count_from_the_day_of_joining(shop):
    save(shop, main(shop, window=tiers.Window.JOINED))
    shop.at = datetime.fromisoformat("2028-02-29T04:00:00Z")
    member = shop.join("leap")
    shop.at = datetime.fromisoformat("2029-02-27T04:00:00Z")
    shop.buy(member, "A", 60_000)
    shop.at = datetime.fromisoformat("2029-02-28T04:00:00Z")
    shop.buy(member, "B", 60_000)
    assert rank(shop, member) == 0
    low, silver, gold = shop.plan.ladder.tiers
    seen = flows.preview_tier_set(
        shop.conn, shop.plan, main(shop, tiers=(low, replace(silver, threshold=60_000), gold)), at=shop.at
    )
    assert seen.up == 1
    shop.at = datetime.fromisoformat("2029-03-01T04:00:00Z")
    shop.buy(member, "C", 40_000)
    assert rank(shop, member) == 1


def test_both_sets_follow_a_merge_and_come_back_with_its_undoing(shop):
    save(shop, ladder(shop, "coffee", 0, 2, 4))
    kept, gone = shop.join("kept"), shop.join("gone")
    for n in range(2):
        shop.buy(kept, f"K-{n}", 1_000)
        shop.buy(gone, f"G-{n}", 60_000)
    flows.merge_members(shop.conn, shop.plan, gone, kept, at=shop.at)
    assert [rank(shop, kept, code) for code in ("main", "coffee")] == [1, 2]
    flows.unmerge_members(shop.conn, shop.plan, gone, at=shop.at)
    assert [rank(shop, kept, code) for code in ("main", "coffee")] == [0, 1]
    assert [rank(shop, gone, code) for code in ("main", "coffee")] == [1, 1]


def test_a_longer_return_window_lets_points_wait_as_long(founded):
    shop = founded(return_window_days=14)
    low, silver, gold = shop.plan.ladder.tiers
    longer = replace(silver, benefits=({"type": "return_window", "days": 30},))
    save(shop, main(shop, tiers=(low, longer, gold)))
    member = shop.join("ann")
    first, second = shop.buy(member, "SO-1", 100_000), shop.buy(member, "SO-2", 10_000)
    assert (first.answer["usable_on"], second.answer["usable_on"]) == ("2026-03-24", "2026-04-09")


def test_what_other_parts_read_is_the_best_of_all_sets(shop):
    low, silver, gold = shop.plan.ladder.tiers
    priced = replace(silver, benefits=({"type": "member_price", "factor": 0.85}, {"type": "priority_service"}))
    save(shop, main(shop, tiers=(low, priced, gold)))
    member = shop.join("ann")
    shop.buy(member, "SO", 100_000)
    found = tiers.benefits(shop.plan.ladder, shop.plan.ladder.tiers[1])
    assert (found.price_factor, found.price_minor(10_000), found.has("priority_service")) == (
        Decimal("0.85"),
        8_500,
        True,
    )
    who = members.get(shop.conn, shop.plan.program.program_id, member)
    told = flows.member_tiers(shop.conn, shop.plan, who, "zh", at=shop.at)
    assert told["together"] == {"points_factor": 1.2, "price_factor": 0.85, "return_days": 0}
    assert [one["text"] for one in told["tier_sets"][0]["would_lose"]] == ["会员价 8.5折（付 85%）", "优先客服"]


def test_a_quote_takes_the_best_member_price_of_all_sets(shop):
    club = ladder(shop, "coffee", 0, 1)
    low, regular = club.tiers
    save(shop, replace(club, tiers=(low, replace(regular, benefits=({"type": "member_price", "factor": 0.85},)))))
    member = shop.join("ann")
    shop.buy(member, "SO", 1_000)
    quoted = flows.quote_order(shop.conn, shop.plan, shop.order("Q", 10_000), member, at=shop.at)
    assert quoted.price["price"]["total_minor"] == 8_500
