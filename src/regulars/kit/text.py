"""Numbers, money and days as people read them, in English and Simplified Chinese."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from regulars.kit.money import to_decimal

Language: TypeAlias = Literal["en", "zh"]

LOCALES: Mapping[str, str] = {"en": "en", "zh": "zh_Hans_CN"}


def number(value: int | float, language: str) -> str:
    """1234567 reads 1,234,567 in both languages."""
    return str(format_decimal(value, locale=LOCALES[language]))


def signed(value: int, language: str) -> str:
    """+25 or −25, with a real minus sign."""
    return f"{'−' if value < 0 else '+'}{number(abs(value), language)}"


@lru_cache(4096)
def money(amount_minor: int, currency: str, language: str) -> str:
    """1234 CNY reads ¥12.34 in both languages: a program has one currency, so its short sign is enough."""
    shown = str(format_currency(to_decimal(amount_minor, currency), currency, locale=LOCALES[language]))
    return shown.replace("CN¥", "¥").replace("JP¥", "¥").replace("US$", "$")


def day(on: date, language: str) -> str:
    """A local day: Jan 31, 2027 or 2027年1月31日."""
    return str(format_date(on, format="medium", locale=LOCALES[language]))


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text in the reader's language, else in English, else whichever there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
