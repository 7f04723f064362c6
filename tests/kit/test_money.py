"""Money is integer minor units; nothing is lost at the edge."""

import pytest

from regulars.kit import money


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", "CNY", 1234),
        ("1,234.5", "USD", 123450),
        ("1250", "JPY", 1250),
        ("1.234", "KWD", 1234),
        ("0.005", "CNY", 0),
        ("0.015", "CNY", 2),
        (" -3 ", "EUR", -300),
    ],
)
def test_an_amount_becomes_minor_units(text, currency, minor):
    assert money.to_minor(text, currency) == minor


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "1e30", "12.3.4"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        money.to_minor(text, "CNY")


def test_minor_units_read_back_exactly():
    assert str(money.to_decimal(1234, "CNY")) == "12.34"
    assert str(money.to_decimal(1234, "JPY")) == "1234"
    assert str(money.to_decimal(1234, "KWD")) == "1.234"


def test_the_table_knows_the_currencies_of_the_world():
    assert len(money.EXPONENTS) > 165
    assert {money.exponent(code) for code in money.EXPONENTS} == {0, 2, 3, 4}
    assert money.exponent("KRW") == 0
