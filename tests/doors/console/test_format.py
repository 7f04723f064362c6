"""How numbers, money, time and contact details read in English and Chinese."""

from datetime import UTC, date, datetime

import pytest

from regulars.doors.console import format as write


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("value", "text"), [(0, "0"), (999, "999"), (52252, "52,252"), (-1234567, "−1,234,567")])
def test_thousands_are_separated_in_both_languages(language: str, value: int, text: str) -> None:
    assert write.number(value, language) == text


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0, "0", "0"),
        (950, "950", "950"),
        (150_000, "150K", "15万"),
        (1_250_000, "1.2M", "125万"),
        (2.5, "2.5", "2.5"),
    ],
)
def test_big_numbers_are_shortened_the_way_each_language_counts(value: float, english: str, chinese: str) -> None:
    assert (write.compact(value, "en"), write.compact(value, "zh-hans")) == (english, chinese)


@pytest.mark.parametrize(("value", "text"), [(159, "+159"), (-200, "−200"), (0, "0")])
def test_movements_carry_their_sign(value: int, text: str) -> None:
    assert write.signed(value, "en") == text


@pytest.mark.parametrize(
    ("minor", "currency", "english", "chinese"),
    [
        (8340000, "CNY", "¥83,400.00", "¥83,400.00"),
        (-5, "CNY", "−¥0.05", "−¥0.05"),
        (1234, "JPY", "¥1,234", "JP¥1,234"),
        (1234567, "KWD", "KWD 1,234.567", "KWD 1,234.567"),
        (1999, "USD", "$19.99", "$19.99"),
    ],
)
def test_money_is_written_from_minor_units(minor: int, currency: str, english: str, chinese: str) -> None:
    assert write.amount(minor, currency, "en").replace("\u00a0", " ") == english
    assert write.amount(minor, currency, "zh-hans").replace("\u00a0", " ") == chinese


def test_whole_money_rounds_half_to_even() -> None:
    assert [write.amount(minor, "CNY", "en", whole=True) for minor in (150, 250, 83165249)] == [
        "¥2",
        "¥2",
        "¥831,652",
    ]


def test_ratios_read_as_percent() -> None:
    assert (write.percent(0.486, "en"), write.percent(0, "zh-hans"), write.percent(-0.016, "en")) == (
        "48.6%",
        "0.0%",
        "−1.6%",
    )
    assert write.percent(0.486, "en", digits=0) == "49%"


def test_instants_are_shown_on_the_clock_of_the_shop() -> None:
    at = datetime(2026, 8, 17, 23, 30, tzinfo=UTC)
    assert write.moment(at, "Asia/Shanghai", "zh-hans") == "2026-08-18 07:30"
    assert write.moment(at, "America/New_York", "en") == "Aug 17, 2026 19:30"


def test_days_are_written_by_language() -> None:
    on = date(2026, 1, 5)
    assert (write.day(on, "en"), write.day(on, "zh-hans")) == ("Jan 5, 2026", "2026-01-05")
    assert (write.short_day(on, "en"), write.short_day(on, "zh-hans")) == ("Jan 5", "1/5")


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("+8613812347771", "+86 138****7771"), ("13812347771", "138****7771"), ("12345", "***45"), ("", "")],
)
def test_phones_show_only_their_ends(phone: str, masked: str) -> None:
    assert write.masked_phone(phone) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [("lin.xiaomei@example.com", "l***@example.com"), ("a@b.cn", "a***@b.cn"), ("nonsense", "***")],
)
def test_mail_names_are_hidden_with_their_length(email: str, masked: str) -> None:
    assert write.masked_email(email) == masked
