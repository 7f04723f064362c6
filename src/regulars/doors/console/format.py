"""Numbers, money, time and contact details as the reader's language writes them.

`language` is a Django language code (`en`, `zh-hans`); left out, it is that of the page being made. Babel
does the writing, for Django's own zh-hans formats know no thousands separator.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from django.utils.translation import get_language

from regulars.kit import clock, money

_LOCALES = {"en": Locale("en", "US"), "zh-hans": Locale("zh", "CN", script="Hans")}
MINUS = "−"
_BARE_CODE = re.compile(r"([A-Z]{3})(?=\d)")
_DATE_PATTERNS = {"en": "MMM d, y", "zh-hans": "yyyy-MM-dd"}
_MONTH_PATTERNS = {"en": "MMM y", "zh-hans": "y/M"}
_SHORT_PATTERNS = {"en": "MMM d", "zh-hans": "M/d"}


def locale(language: str | None = None) -> Locale:
    """Babel's locale of a language of ours; English for one we do not have."""
    return _LOCALES.get(language or get_language() or "en", _LOCALES["en"])


def number(value: int | float | Decimal, language: str | None = None, *, digits: int = 0) -> str:
    """52252 is `52,252` in both languages; `digits` decimals are shown, no more and no fewer."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return _real_minus(format_decimal(value, format=pattern, locale=locale(language)))


def signed(value: int | float | Decimal, language: str | None = None, *, digits: int = 0) -> str:
    """+159, −200, and 0 without a sign."""
    text = number(value, language, digits=digits)
    return f"+{text}" if value > 0 else text


def compact(value: int | float, language: str | None = None) -> str:
    """150000 is `150K` in English and `15万` in Chinese; at most one decimal."""
    digits = 0 if abs(value) < 1000 and float(value).is_integer() else 1
    return _real_minus(format_compact_decimal(value, locale=locale(language), fraction_digits=digits)).replace(" ", "")


def amount(minor: int, currency: str, language: str | None = None, *, whole: bool = False) -> str:
    """Money from minor units: 8340000 CNY is `¥83,400.00`; `whole` rounds the decimals away, half to even.

    Raises:
        KeyError: no such currency.
    """
    value = money.to_decimal(minor, currency)
    pattern = "¤#,##0" if whole else None
    text = format_currency(value, currency, format=pattern, locale=locale(language), currency_digits=not whole)
    # A program has one currency, so its sign needs no country before it; a bare code stands off.
    return _real_minus(_BARE_CODE.sub("\\1\u00a0", text.replace("CN¥", "¥").replace("US$", "$")))


def percent(ratio: float | Decimal, language: str | None = None, *, digits: int = 1) -> str:
    """0.486 is `48.6%`."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return _real_minus(format_percent(ratio, format=pattern, locale=locale(language)))


def day(on: date, language: str | None = None) -> str:
    """`Aug 17, 2026` or `2026-08-17`."""
    return format_date(on, format=_pattern(_DATE_PATTERNS, language), locale=locale(language))


def short_day(on: date, language: str | None = None) -> str:
    """A day without its year, for axes: `Aug 17` or `8/17`."""
    return format_date(on, format=_pattern(_SHORT_PATTERNS, language), locale=locale(language))


def month(on: date, language: str | None = None) -> str:
    """The month of a day, for axes: `Aug 2026` or `2026/8`."""
    return format_date(on, format=_pattern(_MONTH_PATTERNS, language), locale=locale(language))


def moment(at: datetime, zone_name: str, language: str | None = None) -> str:
    """An instant on the clock of the shop: `Aug 17, 2026 15:49` or `2026-08-17 15:49`."""
    pattern = f"{_pattern(_DATE_PATTERNS, language)} HH:mm"
    return format_datetime(at, format=pattern, tzinfo=clock.zone(zone_name), locale=locale(language))


def time_of_day(at: datetime, zone_name: str, language: str | None = None) -> str:
    """`15:49` on the clock of the shop."""
    return format_time(at, format="HH:mm", tzinfo=clock.zone(zone_name), locale=locale(language))


def masked_phone(phone: str) -> str:
    """`+8613812347771` is `+86 138****7771`; a short number keeps only its last two digits."""
    digits = phone.removeprefix("+86")
    prefix = "+86 " if digits != phone else ""
    if len(digits) < 8:
        return prefix + "*" * max(len(digits) - 2, 0) + digits[-2:]
    return prefix + digits[:3] + "*" * (len(digits) - 7) + digits[-4:]


def masked_email(email: str) -> str:
    """`lin.xiaomei@example.com` is `l***@example.com`: how long the name is stays hidden too."""
    name, at_sign, host = email.rpartition("@")
    return f"{name[:1]}***{at_sign}{host}" if at_sign else "***"


def _pattern(patterns: dict[str, str], language: str | None) -> str:
    return patterns.get(language or get_language() or "en", patterns["en"])


def _real_minus(text: str) -> str:
    return text.replace("-", MINUS)
