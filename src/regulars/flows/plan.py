"""The plan: everything about a program that decisions need, read once per batch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeAlias
from uuid import UUID

from regulars.audience import conditions
from regulars.kit.db import Conn
from regulars.program import campaigns, challenges, earning, referrals, tiers
from regulars.records import activities, ledger, programs

from .vocabulary import words_of

DEFAULT_POLICY = campaigns.Policy()
_Challenge = challenges.Challenge
_Further: TypeAlias = list[tuple[ledger.Wallet, list[earning.Rule]]]
Rules: TypeAlias = tuple[list[earning.Rule], _Further]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A program with its wallets, its earning rules and its ladders, as they are in force now; the campaigns that were
    launched, and what the program wants of them.

    `rules` are the newest version of each rule, drafts too; `versions` all of them, of which each moment has its own.
    `caps` hold over all rules. `challenges` are those that are or were live; `referring` are the terms of referrals.
    `wallet` is the one purchases earn into unless a rule says otherwise; `ladder` the main set of tiers.
    """

    program: programs.Program
    wallets: Mapping[int, ledger.Wallet]
    rules: tuple[earning.Rule, ...]
    versions: tuple[earning.Rule, ...]
    ladder: tiers.Ladder
    caps: tuple[earning.Cap, ...] = ()
    launched: tuple[campaigns.Campaign, ...] = ()
    policy: campaigns.Policy = DEFAULT_POLICY
    challenges: tuple[_Challenge, ...] = ()
    referring: referrals.Scheme | None = None
    further_ladders: tuple[tiers.Ladder, ...] = ()

    @cached_property
    def wallet(self) -> ledger.Wallet:
        """The program's first wallet."""
        return self.wallets[min(self.wallets)]

    @cached_property
    def status_wallet_id(self) -> int | None:
        """The wallet whose points count for tiers, where there is one."""
        return next((w.wallet_id for w in self.wallets.values() if w.kind is ledger.WalletKind.STATUS), None)

    @cached_property
    def timeline(self) -> earning.Timeline:
        """Every version of the rules, and which of them decide about a moment."""
        return earning.Timeline(self.versions)

    @cached_property
    def campaign_of(self) -> Mapping[int, int]:
        """The campaign of every rule that belongs to one."""
        return {rule.rule_id: rule.campaign_id for rule in self.timeline.versions if rule.campaign_id is not None}

    @cached_property
    def _campaigns_by_day(self) -> dict[date, list[campaigns.Campaign]]:
        return {}

    def campaigns_on(self, on: date) -> list[campaigns.Campaign]:
        """The campaigns with rules or challenges that run on a local day."""
        if on not in self._campaigns_by_day:
            giving = {*self.campaign_of.values(), *(one.campaign_id for one in self.challenges)}
            self._campaigns_by_day[on] = [
                one for one in self.launched if one.campaign_id in giving and one.is_running(on)
            ]
        return self._campaigns_by_day[on]

    @cached_property
    def admitted_before(self) -> dict[tuple[UUID, date], frozenset[int]]:
        """Which campaigns admit a member on a local day, as far as it was asked for this batch."""
        return {}

    @cached_property
    def _by_day(self) -> dict[tuple[date, int, frozenset[int] | None], Rules]:
        return {}

    def rules_on_all(self, on: date, at: datetime, admitted: frozenset[int] | None = None) -> Rules:
        """The rules in force at a moment of a local day, in the order they apply: those that pay into the first wallet,
        and by wallet those that pay into others.

        `admitted`: the campaigns that give to somebody; None is all that run.
        """
        key = on, self.timeline.stretch(at), admitted
        if key not in self._by_day:
            found = [r for r in self.timeline.deciding(key[1]) if self._gives(r, on, admitted)]
            found = earning.in_force(found, on)
            first = [rule for rule in found if rule.wallet_id in (None, self.wallet.wallet_id)]
            others = sorted({rule.wallet_id for rule in found if rule.wallet_id is not None} - {self.wallet.wallet_id})
            further = [(self.wallets[other], [rule for rule in found if rule.wallet_id == other]) for other in others]
            self._by_day[key] = first, further
        return self._by_day[key]

    def _gives(self, rule: earning.Rule, on: date, admitted: frozenset[int] | None) -> bool:
        """Whether it is of no campaign, or of one that is admitted (None: of one that runs)."""
        if rule.campaign_id is None:
            return True
        if admitted is not None:
            return rule.campaign_id in admitted
        return any(one.campaign_id == rule.campaign_id for one in self.campaigns_on(on))

    def rules_on(self, on: date, at: datetime, admitted: frozenset[int] | None = None) -> list[earning.Rule]:
        """Those of `rules_on_all` that pay into the first wallet."""
        return self.rules_on_all(on, at, admitted)[0]

    def further_rules_on(self, on: date, at: datetime, admitted: frozenset[int] | None = None) -> _Further:
        """Those of `rules_on_all` that pay into other wallets, by wallet."""
        return self.rules_on_all(on, at, admitted)[1]

    @cached_property
    def counted_rules(self) -> list[earning.Rule]:
        """The versions of which something is counted: a limit, a budget, what a bonus paid."""
        return [rule for rule in self.timeline.versions if earning.is_counted(rule)]

    @cached_property
    def has_budgets(self) -> bool:
        """Whether some rule or campaign shares a budget among all members."""
        return any(rule.limits and rule.limits.budget_points_max is not None for rule in self.timeline.versions) or any(
            one.terms.budget.is_limited or one.terms.store_budgets for one in self.launched
        )

    @cached_property
    def needs(self) -> earning.Needs:
        """What must be known of members before the rules can be weighed."""
        return earning.needed(self.timeline.versions)

    @cached_property
    def vocabulary(self) -> conditions.Vocabulary:
        """The words of conditions about members and purchases."""
        return words_of(self.program, self.wallet, self.ladder)

    @cached_property
    def tier_codes(self) -> Mapping[int, str]:
        """What conditions call the tiers, by id."""
        return {int(word.stored): word.code for word in self.vocabulary.words["tier"]}

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
    main, *others = tiers.ladders(conn, program_id)
    found = Plan(
        program=programs.get(conn, program_id),
        wallets={wallet.wallet_id: wallet for wallet in ledger.wallets(conn, program_id)},
        rules=(),
        versions=(),
        ladder=main,
        further_ladders=tuple(ladder for ladder in others if ladder.is_live),
        caps=tuple(earning.caps(conn, program_id)),
        launched=tuple(launched),
        policy=policy,
        challenges=tuple(challenges.started(conn, program_id)),
        referring=referrals.scheme(conn, program_id),
    )
    versions = _ready(conn, found, earning.history(conn, program_id))
    newest: dict[int, earning.Rule] = {}
    for rule in versions:
        newest.setdefault(rule.rule_id, rule)
    return replace(found, rules=tuple(newest.values()), versions=tuple(versions))


def _ready(conn: Conn, plan: Plan, versions: list[earning.Rule]) -> list[earning.Rule]:
    """The rules with their conditions compiled; the types of events are read where a rule asks about one."""
    asking = [rule for rule in versions if rule.condition is not None or rule.lines is not None]
    if not asking:
        return versions
    spoken = {"": earning.Spoken(plan.vocabulary)}
    if any(earning.EFFECTS[rule.effect].OF_EVENTS for rule in asking):
        for code, kind in activities.event_types(conn, plan.program.program_id).items():
            spoken[code] = earning.Spoken(words_of(plan.program, plan.wallet, plan.ladder, kind))
    return earning.ready(versions, lambda rule: spoken.get(rule.params.get("event", ""), spoken[""]))
