"""The only code that touches the guard's tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import Case, CaseDecided, GuardCaseNotFound, Hit, Mode, Record, Rule, Spend, State, Verdict
from .types import TYPES

SQL = sql.load("regulars.program.guard")
_FIND: Mapping[str, Any] = {
    "find_velocity": SQL["find_velocity"],
    "find_refunds": SQL["find_refunds"],
    "find_loops": SQL["find_loops"],
    "find_gifts": SQL["find_gifts"],
    "find_dormant": SQL["find_dormant"],
    "find_contact_change": SQL["find_contact_change"],
}


def every(conn: Conn, program_id: int) -> list[Rule]:
    """All rules of a program, in the order they were made."""
    return [
        Rule(
            program_id=program_id, rule_id=row[0], type=row[1], params=row[2], mode=Mode(row[3]),
            verdict=Verdict(row[4]), saved_at=row[5], saved_by=row[6],
        )
        for row in conn.execute(SQL["select_rules"], {"program_id": program_id})
    ]  # fmt: skip


def find(conn: Conn, program_id: int, rule_id: int) -> Rule:
    """One rule.

    Raises:
        GuardCaseNotFound: there is none.
    """
    found = next((one for one in every(conn, program_id) if one.rule_id == rule_id), None)
    if found is None:
        raise GuardCaseNotFound("There is no such rule.")
    return found


def save(conn: Conn, rule: Rule, *, by: str, at: datetime) -> Rule:
    """Write a rule; answers it with its number.

    Raises:
        GuardRuleInvalid: its type is not known, or its numbers do not fit.
    """
    rules.check(rule)
    rule_id = rule.rule_id
    if not rule_id:
        row = conn.execute(SQL["select_next_rule"], {"program_id": rule.program_id}).fetchone()
        assert row is not None
        rule_id = int(row[0])
    conn.execute(
        SQL["upsert_rule"],
        {
            "program_id": rule.program_id,
            "rule_id": rule_id,
            "type": rule.type,
            "params": msgspec.json.encode(dict(rule.params)).decode(),
            "mode": rule.mode,
            "verdict": rule.verdict,
            "saved_at": at,
            "saved_by": by,
        },
    )
    return find(conn, rule.program_id, rule_id)


def hits(conn: Conn, rule: Rule, *, at: datetime) -> list[Hit]:
    """Whom a rule about what happened finds as of a moment: one statement, however many members there are."""
    asked = {"program_id": rule.program_id, "rule_id": rule.rule_id, "from_at": rules.since(rule, at), "to_at": at}
    rows = conn.execute(_FIND[TYPES[rule.type].STATEMENT], {**asked, **rules.asked(rule)})
    return [Hit(member_id=row[0], measured=row[1], evidence=row[2]) for row in rows]


def spending_hits(
    conn: Conn, rule: Rule, spends: Sequence[Spend], changed: Iterable[tuple[UUID, datetime]] = ()
) -> list[Hit]:
    """Whom a rule about spending finds among spendings; `changed` is when contacts of these members were added."""
    contacts = list(changed)
    asked = {
        "rule_id": rule.rule_id,
        "member_id": [one.member_id for one in spends],
        "points": [one.points for one in spends],
        "at": [one.at for one in spends],
        "changed_id": [member_id for member_id, _ in contacts],
        "changed_at": [added_at for _, added_at in contacts],
    }
    rows = conn.execute(_FIND[TYPES[rule.type].STATEMENT], {**asked, **rules.asked(rule)})
    return [Hit(member_id=row[0], measured=row[1], evidence=row[2]) for row in rows]


def spends(conn: Conn, program_id: int, *, from_at: datetime, to_at: datetime) -> list[Spend]:
    """What members spent in some time."""
    rows = conn.execute(SQL["select_spends"], {"program_id": program_id, "from_at": from_at, "to_at": to_at})
    return [Spend(member_id=row[0], points=int(row[1]), at=row[2]) for row in rows]


def open_cases(conn: Conn, rule: Rule, found: Sequence[Hit], *, at: datetime) -> list[UUID]:
    """Open a case for each member found; who has an open one of this rule keeps it. Answers who is new."""
    if not found:
        return []
    verdict = rule.verdict if rule.mode is Mode.LIVE else Verdict.NOTE
    rows = conn.execute(
        SQL["insert_cases"],
        {
            "program_id": rule.program_id,
            "rule_id": rule.rule_id,
            "type": rule.type,
            "verdict": verdict,
            "found_at": at,
            "member_id": [one.member_id for one in found],
            "case_id": [ids.uuid7() for _ in found],
            "measured": [one.measured for one in found],
            "evidence": [msgspec.json.encode(dict(one.evidence)).decode() for one in found],
        },
    )
    return [row[0] for row in rows]


def cases(
    conn: Conn, program_id: int, *, limit: int, state: State | None = None, member_id: UUID | None = None
) -> list[Case]:
    """The newest cases, in a state, of a member."""
    asked = {"program_id": program_id, "state": state, "member_id": member_id, "case_id": None, "limit": limit}
    return [_case(row) for row in conn.execute(SQL["select_cases"], asked)]


def case(conn: Conn, program_id: int, case_id: UUID) -> Case:
    """One case.

    Raises:
        GuardCaseNotFound: there is none.
    """
    asked = {"program_id": program_id, "state": None, "member_id": None, "case_id": case_id, "limit": 1}
    row = conn.execute(SQL["select_cases"], asked).fetchone()
    if row is None:
        raise GuardCaseNotFound("There is no such case.")
    return _case(row)


def stopping(conn: Conn, member_id: UUID) -> Case | None:
    """The open case that keeps a member from spending, the strongest one; None mostly."""
    return rules.strongest(_case(row) for row in conn.execute(SQL["select_open_cases"], {"member_id": member_id}))


def _case(row: Sequence[Any]) -> Case:
    return Case(
        member_id=row[0], case_id=row[1], rule_id=row[2], type=row[3], verdict=Verdict(row[4]), state=State(row[5]),
        measured=row[6], evidence=row[7], found_at=row[8], decided_at=row[9], decided_by=row[10],
        decided_name=row[11], reason=row[12],
    )  # fmt: skip


def decide(conn: Conn, case: Case, state: State, *, by: str, by_name: str, reason: str, at: datetime) -> None:
    """Decide an open case.

    Raises:
        CaseDecided: somebody else did.
    """
    told = {
        "member_id": case.member_id,
        "case_id": case.case_id,
        "state": state,
        "by": by,
        "by_name": by_name,
        "reason": reason,
        "at": at,
    }
    if conn.execute(SQL["decide_case"], told).rowcount != 1:
        raise CaseDecided("This case was decided before; that stands.")


def reopen(conn: Conn, case: Case, *, at: datetime) -> None:
    """Open a decided case again, within 30 days.

    Raises:
        CaseDecided: it was decided longer ago, or is open.
    """
    told = {
        "member_id": case.member_id,
        "case_id": case.case_id,
        "since_at": at - timedelta(days=rules.REOPEN_DAYS),
    }
    if conn.execute(SQL["reopen_case"], told).rowcount != 1:
        raise CaseDecided(f"A case can be opened again for {rules.REOPEN_DAYS} days after its decision.")


def records(conn: Conn, program_id: int) -> dict[int, Record]:
    """How each rule has done, and what its decided cases advise."""
    found: dict[int, list[tuple[State, int]]] = defaultdict(list)
    for rule_id, state, measured in conn.execute(SQL["select_decided"], {"program_id": program_id}):
        found[rule_id].append((State(state), measured))
    told = {}
    for rule in every(conn, program_id):
        of = found[rule.rule_id]
        decided = [(measured, state is State.CONFIRMED) for state, measured in of if state is not State.OPEN]
        now = rule.params[TYPES[rule.type].THRESHOLD]
        told[rule.rule_id] = Record(
            open=sum(state is State.OPEN for state, _ in of),
            confirmed=sum(is_abuse for _, is_abuse in decided),
            released=sum(not is_abuse for _, is_abuse in decided),
            advised=rules.advised(decided, now),
        )
    return told


def decided_before(conn: Conn, type: str, member_ids: Sequence[UUID]) -> dict[UUID, State]:
    """How members were decided on before by rules of a type."""
    asked = {"member_ids": list(member_ids), "type": type}
    return {row[0]: State(row[1]) for row in conn.execute(SQL["select_decided_members"], asked)}
