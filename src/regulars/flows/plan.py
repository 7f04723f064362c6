"""The plan: everything about a program that decisions need, read once per batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from regulars.kit.db import Conn
from regulars.program import earning, tiers
from regulars.records import ledger, programs


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A program with its wallets, its earning rules and its ladders, as they are in force now.

    `wallet` is the one purchases earn into unless a rule says otherwise; `ladder` the main set of tiers.
    """

    program: programs.Program
    wallets: Mapping[int, ledger.Wallet]
    rules: tuple[earning.Rule, ...]
    ladder: tiers.Ladder
    further_ladders: tuple[tiers.Ladder, ...] = ()

    @cached_property
    def ladders(self) -> tuple[tiers.Ladder, ...]:
        """Every live set of tiers, the main one first."""
        return (self.ladder, *self.further_ladders)

    @cached_property
    def _return_days(self) -> dict[int, int]:
        return {t.tier_id: tiers.benefits(self.ladder, t).return_days for t in self.ladder.tiers}

    def return_days(self, tier: tiers.Tier) -> int:
        """How long goods may come back: the program's window or, where points wait at all, the tier's longer one."""
        days = self.program.return_window_days
        return max(days, self._return_days.get(tier.tier_id, 0)) if days else 0

    def set_of(self, code: str) -> tiers.Ladder:
        """The live set of tiers of this code; an empty one names the main set.

        Raises:
            LadderUnknown: the program has no such set.
        """
        for found in self.ladders:
            if code in ("", found.code):
                return found
        raise tiers.LadderUnknown(f"This program's sets of tiers are {', '.join(one.code for one in self.ladders)}.")

    @cached_property
    def wallet(self) -> ledger.Wallet:
        """The program's first wallet."""
        return self.wallets[min(self.wallets)]

    @cached_property
    def status_wallet_id(self) -> int | None:
        """The wallet whose points count for tiers, where there is one."""
        return next((w.wallet_id for w in self.wallets.values() if w.kind is ledger.WalletKind.STATUS), None)

    @cached_property
    def _by_day(self) -> dict[date, list[earning.Rule]]:
        return {}

    def rules_on(self, on: date) -> list[earning.Rule]:
        """The rules in force on a local day that pay into the first wallet, in the order they apply."""
        if on not in self._by_day:
            self._by_day[on] = earning.in_force(
                [rule for rule in self.rules if rule.wallet_id in (None, self.wallet.wallet_id)], on
            )
        return self._by_day[on]

    @cached_property
    def _further_by_day(self) -> dict[date, list[tuple[ledger.Wallet, list[earning.Rule]]]]:
        return {}

    def further_rules_on(self, on: date) -> list[tuple[ledger.Wallet, list[earning.Rule]]]:
        """The rules in force on a local day that pay into other wallets, by wallet."""
        if on not in self._further_by_day:
            others = {r.wallet_id for r in self.rules if r.wallet_id is not None} - {self.wallet.wallet_id}
            by_wallet = [
                (self.wallets[wallet_id], earning.in_force([r for r in self.rules if r.wallet_id == wallet_id], on))
                for wallet_id in sorted(others)
            ]
            self._further_by_day[on] = [(wallet, rules) for wallet, rules in by_wallet if rules]
        return self._further_by_day[on]

    @cached_property
    def limited_rules(self) -> list[earning.Rule]:
        """The rules that have a limit."""
        return [rule for rule in self.rules if rule.limits is not None]

    @cached_property
    def has_budgets(self) -> bool:
        """Whether some rule shares a budget among all members."""
        return any(rule.limits and rule.limits.budget_points_max is not None for rule in self.rules)

    def wallet_of(self, code: str) -> ledger.Wallet:
        """The wallet of this code; an empty one names the first.

        Raises:
            WalletUnknown: the program has no such wallet.
        """
        if not code:
            return self.wallet
        for wallet in self.wallets.values():
            if wallet.code == code:
                return wallet
        raise ledger.WalletUnknown(f"This program's wallets are {', '.join(w.code for w in self.wallets.values())}.")


def load(conn: Conn, program_id: int) -> Plan:
    """The program's plan.

    Raises:
        ProgramUnknown: there is no such program.
    """
    main, *further = tiers.ladders(conn, program_id)
    return Plan(
        program=programs.get(conn, program_id),
        wallets={wallet.wallet_id: wallet for wallet in ledger.wallets(conn, program_id)},
        rules=tuple(earning.rules(conn, program_id)),
        ladder=main,
        further_ladders=tuple(ladder for ladder in further if ladder.is_live),
    )
