"""What counts, who keeps what, and where a tier falls to: pure, day by day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from regulars.program import tiers

AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
NAMES = ("Member", "Silver", "Gold", "Platinum")


def ladder(**more: object) -> tiers.Ladder:
    ranks = tuple(
        tiers.Tier(tier_id=n + 1, rank=n, name={"en": name}, threshold=n * 1000, color="gray", points_factor=1 + n / 10)
        for n, name in enumerate(NAMES)
    )
    fields = {"program_id": 1, "metric": tiers.Metric.SPEND, "window_months": 12, "keep_months": 12, "tiers": ranks}
    return tiers.Ladder(**(fields | more))


def spent(on: str, amount: int) -> tiers.Tally:
    return tiers.Tally(date.fromisoformat(on), amount, 0, 1)


def holding(rank: int, review_on: str, **more: object) -> tiers.Holding:
    return tiers.Holding(tier_id=rank + 1, since_at=AT, review_on=date.fromisoformat(review_on), **more)


@pytest.mark.parametrize(
    ("on", "months", "first", "last"),
    [
        ("2026-12-31", 12, "2026-01-01", "2026-12-31"),
        ("2027-01-01", 12, "2027-01-01", "2027-12-31"),
        ("2026-05-17", 3, "2026-04-01", "2026-06-30"),
        ("2024-02-29", 1, "2024-02-01", "2024-02-29"),
    ],
)
def test_a_period_of_the_calendar_begins_with_its_month(on, months, first, last):
    found = tiers.period(ladder(window=tiers.Window.CALENDAR, window_months=months), date.fromisoformat(on))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_year_may_begin_with_april():
    april = ladder(window=tiers.Window.CALENDAR, starts_month=4)
    assert tiers.period(april, date(2026, 3, 31)) == (date(2025, 4, 1), date(2026, 3, 31))
    assert tiers.period(april, date(2026, 4, 1)) == (date(2026, 4, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        ("2024-02-29", "2024-02-29", "2025-02-27"),
        ("2025-02-27", "2024-02-29", "2025-02-27"),
        ("2025-02-28", "2025-02-28", "2026-02-27"),
        ("2028-02-28", "2027-02-28", "2028-02-28"),
        ("2028-02-29", "2028-02-29", "2029-02-27"),
        ("2023-01-01", "2024-02-29", "2025-02-27"),
    ],
)
def test_years_of_membership_of_who_joined_on_29_february_come_back_to_it(on, first, last):
    joined = ladder(window=tiers.Window.JOINED)
    found = tiers.period(joined, date.fromisoformat(on), date(2024, 2, 29))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_rolling_window_from_29_february_is_a_year_long():
    assert tiers.window_start(ladder(), date(2024, 2, 29)) == date(2023, 3, 1)
    assert tiers.window_start(ladder(), date(2025, 2, 28)) == date(2024, 2, 29)


def test_what_counts_ends_with_the_period():
    calendar = ladder(window=tiers.Window.CALENDAR)
    days = [spent("2025-12-31", 1), spent("2026-01-01", 10), spent("2026-12-31", 100), spent("2027-01-01", 1000)]
    assert tiers.reached(calendar, days, date(2026, 7, 1)) == 110
    assert tiers.reached(ladder(window=tiers.Window.EVER), days, date(2026, 7, 1)) == 1111


def test_a_tier_of_a_calendar_year_is_kept_to_the_end_of_the_next_one():
    calendar = ladder(window=tiers.Window.CALENDAR)
    assert tiers.review_day(calendar, date(2026, 3, 10)) == date(2027, 12, 31)
    assert tiers.review_day(replace(calendar, keep_months=0), date(2026, 3, 10)) == date(2026, 12, 31)
    joined = ladder(window=tiers.Window.JOINED)
    assert tiers.review_day(joined, date(2026, 3, 10), date(2024, 2, 29)) == date(2028, 2, 28)


def test_a_review_of_a_calendar_year_counts_that_year_not_the_new_one():
    calendar = ladder(window=tiers.Window.CALENDAR)
    held = holding(2, "2027-12-31")
    kept, amount = tiers.review(calendar, held, [spent("2027-05-01", 2000)], at=AT, today=date(2028, 1, 1))
    assert (kept.tier_id, kept.review_on, amount) == (3, date(2028, 12, 31), 2000)
    lost, amount = tiers.review(calendar, held, [spent("2026-12-31", 2000)], at=AT, today=date(2028, 1, 1))
    assert (lost.tier_id, amount) == (1, 0)


@pytest.mark.parametrize(
    ("landing", "rank"), [(tiers.Landing.FIT, 0), (tiers.Landing.ONE, 2), (tiers.Landing.NEVER, 3)]
)
def test_a_tier_falls_to_where_the_set_says(landing, rank):
    after, _ = tiers.review(ladder(landing=landing), holding(3, "2026-03-31"), [], at=AT, today=date(2026, 4, 1))
    assert after.tier_id == rank + 1


def test_a_soft_landing_goes_down_one_step_a_term():
    soft, held, ranks = ladder(landing=tiers.Landing.ONE), holding(3, "2026-03-31"), []
    for _ in range(4):
        held, _ = tiers.review(soft, held, [], at=AT, today=date.fromordinal(held.review_on.toordinal() + 1))
        ranks.append(held.tier_id - 1)
    assert ranks == [2, 1, 0, 0]


def test_what_a_person_gave_falls_to_what_fits_even_where_nothing_falls():
    kept_for_ever = ladder(landing=tiers.Landing.NEVER)
    given = holding(3, "2026-03-31", is_manual=True)
    after, _ = tiers.review(kept_for_ever, given, [spent("2026-01-01", 1500)], at=AT, today=date(2026, 4, 1))
    assert (after.tier_id, after.is_manual) == (2, False)


def test_days_of_grace_delay_the_fall_and_one_more_order_in_them_keeps_the_tier():
    patient = ladder(grace_days=30)
    held, days = holding(1, "2026-03-31"), [spent("2025-04-02", 900)]
    waiting, amount = tiers.review(patient, held, days, at=AT, today=date(2026, 4, 1))
    assert (waiting.tier_id, waiting.falls_on, amount) == (2, date(2026, 4, 30), 900)
    saved, _ = tiers.review(patient, waiting, [*days, spent("2026-04-30", 100)], at=AT, today=date(2026, 5, 1))
    assert (saved.tier_id, saved.falls_on, saved.review_on) == (2, None, date(2027, 5, 31))
    lost, _ = tiers.review(patient, waiting, days, at=AT, today=date(2026, 5, 1))
    assert lost.tier_id == 1


def test_who_was_not_told_is_told_at_the_review_and_falls_that_much_later():
    honest = ladder(notice_days=30)
    told, _ = tiers.review(honest, holding(1, "2026-03-31"), [], at=AT, today=date(2026, 4, 3))
    assert (told.tier_id, told.falls_on) == (2, date(2026, 5, 3))
    lost, _ = tiers.review(honest, told, [], at=AT, today=date(2026, 5, 4))
    assert lost.tier_id == 1


def test_who_was_told_before_falls_with_the_review():
    honest = ladder(notice_days=30)
    told = tiers.look_ahead(honest, holding(1, "2026-03-31"), [], today=date(2026, 3, 1))
    assert (told.falls_on, told.looked_for) == (date(2026, 3, 31), date(2026, 3, 31))
    safe = tiers.look_ahead(honest, holding(1, "2026-03-31"), [spent("2025-12-01", 1000)], today=date(2026, 3, 1))
    assert (safe.falls_on, safe.looked_for) == (None, date(2026, 3, 31))


def test_what_leaves_the_window_before_the_review_does_not_keep_the_tier():
    told = tiers.look_ahead(
        ladder(notice_days=30), holding(1, "2026-03-31"), [spent("2025-03-20", 1000)], today=date(2026, 3, 1)
    )
    assert told.falls_on == date(2026, 3, 31)


def test_progress_says_where_it_would_fall_and_what_is_missing():
    found = tiers.progress(ladder(), holding(2, "2026-12-31"), [spent("2026-03-01", 1200)], date(2026, 3, 10))
    assert (found.tier.rank, found.missing, found.kept_by, found.falls_to.rank) == (2, 1800, 800, 1)


def test_a_year_that_counts_anew_needs_the_whole_threshold_again():
    calendar = ladder(window=tiers.Window.CALENDAR)
    found = tiers.progress(calendar, holding(2, "2027-12-31"), [spent("2026-03-01", 2500)], date(2026, 3, 10))
    assert (found.reached, found.kept_by) == (2500, 2000)


@pytest.mark.parametrize(
    ("change", "is_harder"),
    [
        ({"grace_days": 10}, False),
        ({"keep_months": 6}, True),
        ({"metric": tiers.Metric.ORDERS}, True),
        ({"landing": tiers.Landing.ONE}, False),
        ({"name": {"en": "Club"}}, False),
    ],
)
def test_what_takes_something_from_members_is_harder(change, is_harder):
    assert tiers.is_harder(ladder(), replace(ladder(), **change)) is is_harder


def test_a_higher_threshold_a_smaller_factor_or_a_benefit_less_is_harder():
    before = ladder()
    low, silver, *rest = before.tiers
    priced = replace(silver, benefits=({"type": "member_price", "factor": 0.85},))
    for one, other, expected in (
        (silver, replace(silver, threshold=1500), True),
        (silver, replace(silver, threshold=500), False),
        (silver, replace(silver, points_factor=1.0), True),
        (priced, silver, True),
        (priced, replace(priced, benefits=({"type": "member_price", "factor": 0.9},)), True),
        (priced, replace(priced, benefits=({"type": "member_price", "factor": 0.8},)), False),
    ):
        old, new = (replace(before, tiers=(low, tier, *rest)) for tier in (one, other))
        assert tiers.is_harder(old, new) is expected
