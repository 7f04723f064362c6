"""The only code that touches the earning rules' table."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from regulars.kit import sql
from regulars.kit.db import Conn

from .effects import EFFECTS
from .limits import Limits, check_limits
from .model import Rule, RuleInvalid

SQL = sql.load("regulars.program.earning")


def rules(conn: Conn, program_id: int) -> list[Rule]:
    """Every rule in its newest version."""
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
    is_live: bool = True,
    starts_on: date | None = None,
    ends_on: date | None = None,
    wallet_id: int | None = None,
    limits: Limits | None = None,
    campaign_id: int | None = None,
) -> tuple[int, int]:
    """A new version of a rule (or a new rule); answers its id and version. Awards already made keep theirs.

    Raises:
        RuleInvalid: no such effect, or parameters or limits it cannot use, or an end before the start.
    """
    whole = _checked(effect, params)
    if starts_on and ends_on and ends_on < starts_on:
        raise RuleInvalid("A rule cannot end before it starts.")
    try:
        check_limits(limits)
    except ValueError as wrong:
        raise RuleInvalid(str(wrong)) from None
    row = conn.execute(
        SQL["insert_rule"],
        {
            "program_id": program_id,
            "rule_id": rule_id,
            "effect": effect,
            "params": msgspec.json.encode(whole).decode(),
            "label": msgspec.json.encode(label).decode(),
            "is_live": is_live,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "wallet_id": wallet_id,
            "limits": msgspec.json.encode(limits).decode() if limits else None,
            "campaign_id": campaign_id,
            "created_at": at,
            "created_by": by,
        },
    ).fetchone()
    assert row is not None
    _write_budget(conn, program_id, row[0], limits, is_new=rule_id is None)
    return int(row[0]), int(row[1])


def _write_budget(conn: Conn, program_id: int, rule_id: int, limits: Limits | None, *, is_new: bool) -> None:
    points_max = limits.budget_points_max if limits else None
    if points_max is not None or not is_new:
        conn.execute(SQL["upsert_budget"], {"rule_id": rule_id, "program_id": program_id, "points_max": points_max})


def _checked(effect: str, params: Mapping[str, Any]) -> dict[str, Any]:
    if effect not in EFFECTS:
        raise RuleInvalid(f"There is no effect {effect!r}; there are {', '.join(EFFECTS)}.")
    whole = {**EFFECTS[effect].DEFAULTS, **params}
    if unknown := set(whole) - set(EFFECTS[effect].DEFAULTS):
        raise RuleInvalid(f"{effect} does not know {', '.join(sorted(unknown))}.")
    EFFECTS[effect].check(whole)
    return whole


def _rule(row: Sequence[Any]) -> Rule:
    return Rule(
        rule_id=row[0],
        version=row[1],
        effect=row[2],
        params=row[3],
        label=row[4],
        is_live=row[5],
        starts_on=row[6],
        ends_on=row[7],
        wallet_id=row[8],
        limits=msgspec.convert(row[9], Limits) if row[9] else None,
        campaign_id=row[10],
        created_at=row[11],
        created_by=row[12],
    )
