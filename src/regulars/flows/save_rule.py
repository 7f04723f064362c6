"""A rule is written: its conditions are read in the program's words, then a new version is kept."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

import msgspec

from regulars.audience import conditions
from regulars.kit.db import Conn
from regulars.program import earning
from regulars.records import activities, ledger

from .plan import Plan
from .wording import vocabulary

Written: TypeAlias = str | Mapping[str, Any] | None
"""A condition as a text or as a tree; None or an empty text: none."""


class RuleWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a rule as somebody wants it; what is left out takes its default (`earning.Rule`)."""

    effect: str
    label: Mapping[str, str]
    params: Mapping[str, Any] = msgspec.field(default_factory=dict)
    state: earning.State = earning.State.LIVE
    effective_at: datetime | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    wallet_id: int | None = None
    limits: earning.Limits | None = None
    condition: Written = None
    lines: Written = None
    campaign_id: int | None = None
    because: Mapping[str, str] = msgspec.field(default_factory=dict)
    priority: int = 0
    group: str = ""
    picks: earning.Picks = "best"


def save_rule(
    conn: Conn, plan: Plan, wanted: RuleWanted, *, by: str, at: datetime, rule_id: int | None = None
) -> earning.Rule:
    """A new rule, or the next version of one; awards already made keep theirs.

    Raises:
        RuleInvalid: of the earning room, or of conditions, with the place in the text.
        RuleNotFound, RuleRetired, EffectivePast: as named.
        WalletUnknown: there is no such wallet.
    """
    program_id = plan.program.program_id
    if rule_id is not None and not any(rule.rule_id == rule_id for rule in plan.rules):
        raise earning.RuleNotFound("There is no such rule.")
    if wanted.wallet_id is not None and wanted.wallet_id not in plan.wallets:
        raise ledger.WalletUnknown("This program has no such wallet.")
    event_type = str(wanted.params.get("event", ""))
    if earning.scope_of(wanted.effect) is conditions.Scope.EVENT and event_type:
        _known_event(conn, plan, event_type)
    given = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    given["condition"] = rule_condition(conn, plan, wanted.effect, wanted.condition, event_type=event_type)
    given["lines"] = line_condition(plan, wanted.lines)
    saved, _ = earning.save(conn, program_id, rule_id=rule_id, by=by, at=at, **given)
    return earning.versions(conn, program_id, saved)[0]


def checked_rule(
    conn: Conn, plan: Plan, wanted: RuleWanted, *, by: str, at: datetime, rule_id: int = 0
) -> earning.Rule:
    """The rule that `save_rule` would write, with all its parameters, written nowhere.

    Raises:
        RuleInvalid, UnknownEventType: as `save_rule`.
    """
    event_type = str(wanted.params.get("event", ""))
    given = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    given["condition"] = rule_condition(conn, plan, wanted.effect, wanted.condition, event_type=event_type)
    given["lines"] = line_condition(plan, wanted.lines)
    return earning.drafted(rule_id=rule_id, by=by, at=at, **given)


def rule_condition(
    conn: Conn, plan: Plan, effect: str, written: Written, *, event_type: str = ""
) -> conditions.Condition | None:
    """When a rule with this effect applies: a condition about a purchase, or about an event of a type.

    Raises:
        RuleInvalid: it cannot be read or makes no sense; the facts say where and what was probably meant.
    """
    scope = earning.scope_of(effect)
    words = plan.vocabulary
    if scope is conditions.Scope.EVENT and written and event_type:
        words = vocabulary(plan, _known_event(conn, plan, event_type))
    return _read(written, scope, words)


def line_condition(plan: Plan, written: Written) -> conditions.Condition | None:
    """Which order lines count for a rule.

    Raises:
        RuleInvalid: as `rule_condition`.
    """
    return _read(written, conditions.Scope.LINE, plan.vocabulary)


def _known_event(conn: Conn, plan: Plan, code: str) -> activities.EventType:
    known = activities.event_types(conn, plan.program.program_id)
    if code not in known:
        raise activities.UnknownEventType("This program has no such event type. Declare it first.")
    return known[code]


def _read(written: Written, scope: conditions.Scope, words: conditions.Vocabulary) -> conditions.Condition | None:
    if written is None or written == "":
        return None
    if isinstance(written, str):
        return conditions.parse(written, scope=scope, vocabulary=words)
    return conditions.from_tree(written, scope=scope, vocabulary=words)
