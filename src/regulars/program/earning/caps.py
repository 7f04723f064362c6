"""The program's caps and the rules that could not be asked, in the room's tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from regulars.kit.db import Conn

from .limits import Cap, check_caps
from .model import RuleError, RuleInvalid
from .store import SQL


def caps(conn: Conn, program_id: int) -> list[Cap]:
    """The most points a member gets of all rules together, by period."""
    rows = conn.execute(SQL["select_caps"], {"program_id": program_id})
    return [Cap(period=row[0], points_max=row[1]) for row in rows]


def save_caps(conn: Conn, program_id: int, wanted: Sequence[Cap], *, by: str, at: datetime) -> None:
    """Exactly these caps from now on.

    Raises:
        RuleInvalid: they make no sense.
    """
    try:
        check_caps(wanted)
    except ValueError as wrong:
        raise RuleInvalid(str(wrong)) from None
    conn.execute(SQL["delete_caps"], {"program_id": program_id})
    columns = {"period": [cap.period for cap in wanted], "points_max": [cap.points_max for cap in wanted]}
    conn.execute(SQL["insert_caps"], {"program_id": program_id, "at": at, "by": by, **columns})


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An order or event that was recorded without a rule, and why the rule could not be asked."""

    member_id: UUID
    activity_id: UUID
    rule_id: int
    version: int
    code: str
    detail: str
    happened_at: datetime


def note_errors(conn: Conn, program_id: int, errors: Sequence[tuple[UUID, UUID, RuleError]], *, at: datetime) -> None:
    """Keep that these orders and events (member, activity) were recorded without a rule."""
    if errors:
        conn.execute(
            SQL["insert_rule_errors"],
            {
                "program_id": program_id,
                "member_id": [member_id for member_id, _, _ in errors],
                "activity_id": [activity_id for _, activity_id, _ in errors],
                "rule_id": [error.rule_id for *_, error in errors],
                "version": [error.version for *_, error in errors],
                "code": [error.code for *_, error in errors],
                "detail": [error.detail for *_, error in errors],
                "at": at,
            },
        )


def errors(conn: Conn, program_id: int, *, limit: int = 100) -> list[Broken]:
    """What was recorded without a rule that should have been asked, newest first."""
    rows = conn.execute(SQL["select_rule_errors"], {"program_id": program_id, "limit": limit})
    names = ("member_id", "activity_id", "rule_id", "version", "code", "detail", "happened_at")
    return [Broken(**dict(zip(names, row, strict=True))) for row in rows]
