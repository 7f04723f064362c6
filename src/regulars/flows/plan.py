"""The plan: everything about a program that decisions need, read once per batch."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from regulars.kit.db import Conn
from regulars.program import earning, tiers
from regulars.records import ledger, programs


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A program with its wallet, its earning rules and its ladder, as they are in force now."""

    program: programs.Program
    wallet: ledger.Wallet
    rules: tuple[earning.Rule, ...]
    ladder: tiers.Ladder

    @cached_property
    def _by_day(self) -> dict[date, list[earning.Rule]]:
        return {}

    def rules_on(self, on: date) -> list[earning.Rule]:
        """The rules in force on a local day, in the order they apply."""
        if on not in self._by_day:
            self._by_day[on] = earning.in_force(self.rules, on)
        return self._by_day[on]


def load(conn: Conn, program_id: int) -> Plan:
    """The program's plan.

    Raises:
        ProgramUnknown: there is no such program.
    """
    return Plan(
        program=programs.get(conn, program_id),
        wallet=ledger.wallets(conn, program_id)[0],
        rules=tuple(earning.rules(conn, program_id)),
        ladder=tiers.ladder(conn, program_id),
    )
