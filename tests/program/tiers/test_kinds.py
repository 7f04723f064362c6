"""What tiers give: typed, read by others, and never taken for its opposite."""

from decimal import Decimal

import pytest

from regulars.program import tiers


@pytest.mark.parametrize(
    "written",
    ["85折", "8.5折", " 8.5 折 ", "８.５折", "八五折", "15% off", "15 % OFF", "15％off", "减15%", "0.85", ".85"],
)
def test_every_way_of_saying_85_percent_is_paid_is_085(written):
    assert tiers.read_price(written) == Decimal("0.85")


@pytest.mark.parametrize(("written", "factor"), [("8折", "0.8"), ("80折", "0.8"), ("九折", "0.9"), ("8.55折", "0.855")])
def test_other_prices_are_read_by_the_same_rule(written, factor):
    assert tiers.read_price(written) == Decimal(factor)


@pytest.mark.parametrize(
    "written", ["85", "85%", "8.5", "10折", "0折", "0.85折", "100% off", "1", "0", "-0.85", "1.2", "85 off", "", "half"]
)
def test_what_could_mean_two_things_or_nothing_is_refused(written):
    with pytest.raises(tiers.LadderTermsInvalid):
        tiers.read_price(written)


def tier(*benefits: dict) -> tiers.Tier:
    return tiers.Tier(
        tier_id=2, rank=1, name={"en": "Silver"}, threshold=10, color="gray", points_factor=1.2, benefits=benefits
    )


def ladder(*benefits: dict, ladder_id: int = 1) -> tiers.Ladder:
    lowest = tiers.Tier(tier_id=1, rank=0, name={"en": "Member"}, threshold=0, color="gray", points_factor=1)
    return tiers.Ladder(
        program_id=1, metric=tiers.Metric.SPEND, window_months=12, keep_months=12, tiers=(lowest, tier(*benefits)),
        ladder_id=ladder_id,
    )  # fmt: skip


def test_the_words_say_what_is_paid_and_what_comes_off():
    (benefit,) = tiers.of_tier(tier({"type": "member_price", "factor": 0.85}))
    assert benefit.words == {"en": "Member price: 15% off, you pay 85%", "zh": "会员价 8.5折（付 85%）"}


@pytest.mark.parametrize(("amount", "paid"), [(100, 85), (10_000, 8_500), (1, 1), (10, 9), (30, 26), (0, 0)])
def test_a_member_price_is_exact_and_half_a_unit_rounds_up(amount, paid):
    one = ladder({"type": "member_price", "factor": 0.85})
    assert tiers.benefits(one, one.tiers[1]).price_minor(amount) == paid


def test_the_best_of_several_sets_counts_and_only_the_main_factor():
    main = ladder({"type": "member_price", "factor": 0.85}, {"type": "return_window", "days": 30})
    coffee = ladder({"type": "member_price", "factor": 0.8}, {"type": "adviser"}, ladder_id=2)
    found = tiers.together([(main, main.tiers[1]), (coffee, coffee.tiers[1])])
    assert (found.price_factor, found.return_days, found.points_factor) == (Decimal("0.8"), 30, 1.2)
    assert found.has("adviser")
    assert not found.has("birthday_gift")


def test_what_would_be_lost_is_what_the_other_tier_gives_less_of():
    gold = ({"type": "member_price", "factor": 0.8}, {"type": "birthday_gift"}, {"type": "priority_service"})
    silver = ({"type": "member_price", "factor": 0.9}, {"type": "birthday_gift"})
    assert [one.type for one in tiers.lost(gold, silver)] == ["member_price", "priority_service"]
    assert tiers.lost(silver, gold) == []


@pytest.mark.parametrize(
    "benefit",
    [
        {"type": "nothing"},
        {"type": "member_price"},
        {"type": "member_price", "factor": 85},
        {"type": "member_price", "factor": 1},
        {"type": "member_price", "factor": "0.85", "percent": 15},
        {"type": "return_window", "days": 0},
        {"type": "return_window", "days": True},
        {"type": "text"},
        {"type": "text", "text": {"fr": "non"}},
        {"type": "adviser", "text": {"en": ""}},
    ],
)
def test_a_benefit_nobody_can_read_is_refused(benefit):
    with pytest.raises(tiers.LadderTermsInvalid):
        tiers.check_ladder(ladder(benefit))


@pytest.mark.parametrize("kind", sorted(tiers.KINDS))
def test_every_kind_has_its_name_in_both_languages(kind):
    assert set(tiers.KINDS[kind].NAME) == {"en", "zh"}
    assert all(tiers.KINDS[kind].NAME.values())
