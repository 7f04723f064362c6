"""The only code that touches the earning rules' table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import msgspec

from regulars.audience import conditions
from regulars.kit import sql
from regulars.kit.db import Conn

from .checking import check_rule
from .limits import Limits
from .model import EffectivePast, Picks, Rule, RuleInvalid, RuleNotFound, RuleRetired, State

SQL = sql.load("regulars.program.earning")
_ALLOWED: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.LIVE, State.RETIRED}),
    State.LIVE: frozenset({State.PAUSED, State.RETIRED}),
    State.PAUSED: frozenset({State.LIVE, State.RETIRED}),
    State.RETIRED: frozenset(),
}


def rules(conn: Conn, program_id: int) -> list[Rule]:
    """Every rule in its newest version."""
    newest: dict[int, Rule] = {}
    for rule in history(conn, program_id):
        newest.setdefault(rule.rule_id, rule)
    return list(newest.values())


def history(conn: Conn, program_id: int) -> list[Rule]:
    """Every version of every rule; of each rule the newest first."""
    return [_rule(row) for row in conn.execute(SQL["select_rules"], {"program_id": program_id})]


def versions(conn: Conn, program_id: int, rule_id: int) -> list[Rule]:
    """Every version of a rule, newest first."""
    return [_rule(row) for row in conn.execute(SQL["select_versions"], {"program_id": program_id, "rule_id": rule_id})]


def save(
    conn: Conn,
    program_id: int,
    *,
    effect: str,
    params: Mapping[str, Any],
    label: Mapping[str, str],
    by: str,
    at: datetime,
    rule_id: int | None = None,
    state: State = State.LIVE,
    effective_at: datetime | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    wallet_id: int | None = None,
    limits: Limits | None = None,
    condition: conditions.Condition | None = None,
    lines: conditions.Condition | None = None,
    campaign_id: int | None = None,
    because: Mapping[str, str] | None = None,
    priority: int = 0,
    group: str = "",
    picks: Picks = "best",
) -> tuple[int, int]:
    """A new version of a rule (or a new rule); answers its id and version. Awards already made keep theirs.

    `effective_at`: what happened before is decided by the version before; None decides about all that is recorded from
    now on. A condition is about a purchase (scope earning) or, where the effect is about events, about an event.

    Raises:
        RuleInvalid: no such effect, or parameters, limits or conditions it cannot use, or an end before the start.
        EffectivePast: it would take effect before now.
        RuleRetired: the rule was retired.
    """
    wanted = Rule(
        rule_id=rule_id or 0, version=0, effect=effect, params=params, label=label, starts_on=starts_on,
        ends_on=ends_on, created_at=at, created_by=by, state=state, effective_at=effective_at, wallet_id=wallet_id,
        limits=limits, condition=condition.tree if condition else None, lines=lines.tree if lines else None,
        campaign_id=campaign_id, because=because or {}, priority=priority, group=group, picks=picks,
    )  # fmt: skip
    whole = check_rule(wanted, condition, lines)
    return _insert(conn, program_id, whole, is_new=rule_id is None)


def drafted(
    *,
    rule_id: int,
    by: str,
    at: datetime,
    condition: conditions.Condition | None,
    lines: conditions.Condition | None,
    **given: Any,
) -> Rule:
    """The rule that `save` would write, checked and written nowhere.

    Raises:
        RuleInvalid: as `save`.
    """
    given |= {"condition": condition.tree if condition else None, "lines": lines.tree if lines else None}
    wanted = Rule(rule_id=rule_id, version=0, created_at=at, created_by=by, **given)
    return check_rule(wanted, condition, lines)


def change_state(
    conn: Conn,
    program_id: int,
    rule_id: int,
    state: State,
    *,
    by: str,
    at: datetime,
    effective_at: datetime | None = None,
) -> Rule:
    """The rule as it is, in another state: a new version, from `effective_at` on (now, when left out).

    A draft that goes live for the first time decides about all that is recorded from then on.

    Raises:
        RuleNotFound: the program has no such rule.
        RuleInvalid: from its present state it cannot go there.
        EffectivePast: it would take effect before now.
        RuleRetired: the rule was retired.
    """
    conn.execute(SQL["lock_rules"], {"program_id": program_id})
    known = versions(conn, program_id, rule_id)
    if not known:
        raise RuleNotFound("There is no such rule.")
    newest = known[0]
    if newest.state is state:
        return newest
    if newest.state is State.RETIRED:
        raise RuleRetired("This rule was retired; make a new one.")
    if state not in _ALLOWED[newest.state]:
        raise RuleInvalid(f"A rule that is {newest.state} cannot become {state}.")
    is_first = all(one.state is State.DRAFT for one in known)
    effective_at = effective_at or (None if is_first else at)
    wanted = replace(newest, state=state, effective_at=effective_at, created_at=at, created_by=by)
    _insert(conn, program_id, wanted, is_new=False)
    return versions(conn, program_id, rule_id)[0]


def _insert(conn: Conn, program_id: int, rule: Rule, *, is_new: bool) -> tuple[int, int]:
    if rule.effective_at is not None and rule.effective_at < rule.created_at:
        raise EffectivePast("A rule changes from now on or later, never what already happened.")
    conn.execute(SQL["lock_rules"], {"program_id": program_id})
    if not is_new:
        known = versions(conn, program_id, rule.rule_id)
        if known and known[0].state is State.RETIRED:
            raise RuleRetired("This rule was retired; make a new one.")
    row = conn.execute(
        SQL["insert_rule"],
        {
            "program_id": program_id,
            "rule_id": None if is_new else rule.rule_id,
            "effect": rule.effect,
            "params": _json(rule.params),
            "label": _json(rule.label),
            "state": rule.state,
            "effective_at": rule.effective_at,
            "starts_on": rule.starts_on,
            "ends_on": rule.ends_on,
            "wallet_id": rule.wallet_id,
            "limits": _json(rule.limits),
            "condition": _json(rule.condition),
            "lines": _json(rule.lines),
            "campaign_id": rule.campaign_id,
            "because": _json(rule.because),
            "priority": rule.priority,
            "exclusive_group": rule.group,
            "picks": rule.picks,
            "created_at": rule.created_at,
            "created_by": rule.created_by,
        },
    ).fetchone()
    assert row is not None
    points_max = rule.limits.budget_points_max if rule.limits else None
    if rule.state is State.LIVE and (points_max is not None or not is_new):
        conn.execute(SQL["upsert_budget"], {"rule_id": row[0], "program_id": program_id, "points_max": points_max})
    return int(row[0]), int(row[1])


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _rule(row: Sequence[Any]) -> Rule:
    return Rule(
        rule_id=row[0],
        version=row[1],
        effect=row[2],
        params=row[3],
        label=row[4],
        state=State(row[5]),
        effective_at=row[6],
        starts_on=row[7],
        ends_on=row[8],
        wallet_id=row[9],
        limits=msgspec.convert(row[10], Limits) if row[10] else None,
        condition=row[11],
        lines=row[12],
        campaign_id=row[13],
        because=row[14],
        priority=row[15],
        group=row[16],
        picks=row[17],
        created_at=row[18],
        created_by=row[19],
    )
