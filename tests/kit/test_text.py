"""Numbers, money and days as people read them."""

from datetime import date

from regulars.kit import text


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
