"""Numbers, money and days as people read them, in English and Simplified Chinese."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from regulars.kit.money import exponent, to_decimal

Language: TypeAlias = Literal["en", "zh"]

LOCALES: Mapping[str, str] = {"en": "en", "zh": "zh_Hans_CN"}


def number(value: int | float, language: str) -> str:
    """1234567 reads 1,234,567 in both languages."""
    if isinstance(value, int):
        return f"{value:,}"  # as both locales write it; a test compares
    return str(format_decimal(value, locale=LOCALES[language]))


def signed(value: int, language: str) -> str:
    """+25 or −25, with a real minus sign."""
    return f"{'−' if value < 0 else '+'}{number(abs(value), language)}"


@lru_cache(4096)
def money(amount_minor: int, currency: str, language: str) -> str:
    """1234 CNY reads ¥12.34 in both languages: a program has one currency, so its short sign is enough."""
    frame = _frame(currency, language, amount_minor < 0)
    return _framed(amount_minor, *frame, exponent(currency)) if frame else _as_locale(amount_minor, currency, language)


def _as_locale(amount_minor: int, currency: str, language: str) -> str:
    shown = str(format_currency(to_decimal(amount_minor, currency), currency, locale=LOCALES[language]))
    return shown.replace("CN¥", "¥").replace("JP¥", "¥").replace("US$", "$")


@lru_cache
def _frame(currency: str, language: str, is_negative: bool) -> tuple[str, str] | None:
    """What the locale writes before and after an amount, asked once, as asking takes longer than all the rest of an
    answer; None where it writes fewer decimals than the currency has.
    """
    sample = -123456789 if is_negative else 123456789
    shown = _as_locale(sample, currency, language)
    frame = shown[: shown.index("1")], shown[shown.rindex("9") + 1 :] if "9" in shown else ""
    return frame if _framed(sample, *frame, exponent(currency)) == shown else None


def _framed(amount_minor: int, before: str, after: str, decimals: int) -> str:
    whole, rest = divmod(abs(amount_minor), 10**decimals)
    fraction = f".{rest:0{decimals}d}" if decimals else ""
    return f"{before}{whole:,}{fraction}{after}"


@lru_cache(4096)
def day(on: date, language: str) -> str:
    """A local day: Jan 31, 2027 or 2027年1月31日."""
    return str(format_date(on, format="medium", locale=LOCALES[language]))


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text in the reader's language, else in English, else whichever there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
