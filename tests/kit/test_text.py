"""Numbers, money and days as people read them."""

from datetime import date

import pytest
from babel.numbers import format_currency, format_decimal

from regulars.kit import money, text


def test_both_languages_group_digits():
    assert text.number(1234567, "en") == text.number(1234567, "zh") == "1,234,567"


def test_money_carries_its_sign_and_decimals():
    assert text.money(24986, "CNY", "en") == "¥249.86"
    assert text.money(24986, "CNY", "zh") == "¥249.86"
    assert text.money(1250, "JPY", "en") == "¥1,250"
    assert text.money(999, "USD", "en") == "$9.99"


def test_a_day_reads_as_the_reader_writes_it():
    assert text.day(date(2027, 1, 31), "en") == "Jan 31, 2027"
    assert text.day(date(2027, 1, 31), "zh") == "2027年1月31日"


def test_a_signed_number_has_a_real_minus():
    assert (text.signed(25, "en"), text.signed(-25, "en")) == ("+25", "−25")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_amounts_and_numbers_are_written_as_the_locale_writes_them(language):
    """The quick way of writing them agrees with the library's, for every currency."""
    for currency in money.EXPONENTS:
        for minor in (0, 1, 99, 100, 12345, 1234567890, -5, -123456):
            shown = format_currency(money.to_decimal(minor, currency), currency, locale=text.LOCALES[language])
            shown = shown.replace("CN¥", "¥").replace("JP¥", "¥").replace("US$", "$")
            assert text.money(minor, currency, language) == shown, (currency, minor)
    for number in (0, 7, 999, 1000, 1234567, -1234567):
        assert text.number(number, language) == format_decimal(number, locale=text.LOCALES[language])
