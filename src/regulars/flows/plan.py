"""The plan: everything about a program that decisions need, read once per batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import campaigns, challenges, earning, referrals, tiers
from regulars.records import ledger, programs

DEFAULT_POLICY = campaigns.Policy()
_Challenge = challenges.Challenge


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A program with its wallets, its earning rules and its ladder, as they are in force now; the campaigns that were
    launched, and what the program wants of them.

    `challenges` are those that are or were live; `referring` are the terms of referrals. `wallet` is the one
    purchases earn into unless a rule says otherwise.
    """

    program: programs.Program
    wallets: Mapping[int, ledger.Wallet]
    rules: tuple[earning.Rule, ...]
    ladder: tiers.Ladder
    launched: tuple[campaigns.Campaign, ...] = ()
    policy: campaigns.Policy = DEFAULT_POLICY
    challenges: tuple[_Challenge, ...] = ()
    referring: referrals.Scheme | None = None

    @cached_property
    def wallet(self) -> ledger.Wallet:
        """The program's first wallet."""
        return self.wallets[min(self.wallets)]

    @cached_property
    def status_wallet_id(self) -> int | None:
        """The wallet whose points count for tiers, where there is one."""
        return next((w.wallet_id for w in self.wallets.values() if w.kind is ledger.WalletKind.STATUS), None)

    @cached_property
    def campaign_of(self) -> Mapping[int, int]:
        """The campaign of every rule that belongs to one."""
        return {rule.rule_id: rule.campaign_id for rule in self.rules if rule.campaign_id is not None}

    @cached_property
    def _campaigns_by_day(self) -> dict[date, list[campaigns.Campaign]]:
        return {}

    def campaigns_on(self, on: date) -> list[campaigns.Campaign]:
        """The campaigns with rules that run on a local day."""
        if on not in self._campaigns_by_day:
            with_rules = set(self.campaign_of.values())
            self._campaigns_by_day[on] = [
                one for one in self.launched if one.campaign_id in with_rules and one.is_running(on)
            ]
        return self._campaigns_by_day[on]

    @cached_property
    def admitted_before(self) -> dict[tuple[UUID, date], frozenset[int]]:
        """Which campaigns admit a member on a local day, as far as it was asked for this batch."""
        return {}

    def _of_campaigns(self, on: date, admitted: frozenset[int] | None) -> list[earning.Rule]:
        """The rules of no campaign, and those of campaigns that are admitted (None: of all that run)."""
        if not self.campaign_of:
            return list(self.rules)
        if admitted is None:
            admitted = frozenset(one.campaign_id for one in self.campaigns_on(on))
        return [rule for rule in self.rules if rule.campaign_id is None or rule.campaign_id in admitted]

    @cached_property
    def _by_day(self) -> dict[tuple[date, frozenset[int] | None], list[earning.Rule]]:
        return {}

    def rules_on(self, on: date, admitted: frozenset[int] | None = None) -> list[earning.Rule]:
        """The rules in force on a local day that pay into the first wallet, in the order they apply.

        `admitted`: the campaigns that give to somebody; None is all that run.
        """
        key = (on, admitted)
        if key not in self._by_day:
            rules = self._of_campaigns(on, admitted)
            self._by_day[key] = earning.in_force(
                [rule for rule in rules if rule.wallet_id in (None, self.wallet.wallet_id)], on
            )
        return self._by_day[key]

    @cached_property
    def _further_by_day(
        self,
    ) -> dict[tuple[date, frozenset[int] | None], list[tuple[ledger.Wallet, list[earning.Rule]]]]:
        return {}

    def further_rules_on(
        self, on: date, admitted: frozenset[int] | None = None
    ) -> list[tuple[ledger.Wallet, list[earning.Rule]]]:
        """The rules in force on a local day that pay into other wallets, by wallet."""
        key = (on, admitted)
        if key not in self._further_by_day:
            rules = self._of_campaigns(on, admitted)
            others = {r.wallet_id for r in rules if r.wallet_id is not None} - {self.wallet.wallet_id}
            by_wallet = [
                (self.wallets[wallet_id], earning.in_force([r for r in rules if r.wallet_id == wallet_id], on))
                for wallet_id in sorted(others)
            ]
            self._further_by_day[key] = [(wallet, rules) for wallet, rules in by_wallet if rules]
        return self._further_by_day[key]

    @cached_property
    def limited_rules(self) -> list[earning.Rule]:
        """The rules that have a limit."""
        return [rule for rule in self.rules if rule.limits is not None]

    @cached_property
    def has_budgets(self) -> bool:
        """Whether some rule or campaign shares a budget among all members."""
        return any(rule.limits and rule.limits.budget_points_max is not None for rule in self.rules) or any(
            one.terms.budget.is_limited or one.terms.store_budgets for one in self.launched
        )

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
    launched, policy = campaigns.launched(conn, program_id)
    return Plan(
        program=programs.get(conn, program_id),
        wallets={wallet.wallet_id: wallet for wallet in ledger.wallets(conn, program_id)},
        rules=tuple(earning.rules(conn, program_id)),
        ladder=tiers.ladder(conn, program_id),
        launched=tuple(launched),
        policy=policy,
        challenges=tuple(challenges.started(conn, program_id)),
        referring=referrals.scheme(conn, program_id),
    )
