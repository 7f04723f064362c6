"""A program: the container of wallets, rules, tiers and rewards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from regulars.kit import clock
from regulars.kit.errors import Kind, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`name` by language; `currency` ISO 4217; `time_zone` IANA; points wait `return_window_days` before use."""

    program_id: int
    code: str
    name: Mapping[str, str]
    currency: str
    time_zone: str
    language: str
    terms_version: int
    return_window_days: int

    def local_date(self, at: datetime) -> date:
        """The calendar day of an instant where the shop is."""
        return clock.local_date(at, self.time_zone)


class ProgramUnknown(Refusal):
    """There is no such program."""

    kind = Kind.NOT_FOUND
    code = "not-found"


class ProgramInvalid(Refusal):
    """A program's currency, zone or language is not one."""
