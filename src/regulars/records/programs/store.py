"""The only code that touches the programs' tables."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfoNotFoundError

import msgspec

from regulars.kit import clock, money, sql
from regulars.kit.db import Conn

from .model import Program, ProgramInvalid, ProgramUnknown

SQL = sql.load("regulars.records.programs")


def add(
    conn: Conn,
    *,
    code: str,
    name: Mapping[str, str],
    currency: str,
    time_zone: str,
    language: str,
    return_window_days: int,
    at: datetime,
) -> Program:
    """A new program with its first, empty terms.

    Raises:
        ProgramInvalid: no such currency, time zone or language.
    """
    _check(currency=currency, time_zone=time_zone, language=language)
    row = conn.execute(
        SQL["insert_program"],
        {
            "code": code,
            "name": msgspec.json.encode(name).decode(),
            "currency": currency,
            "time_zone": time_zone,
            "language": language,
            "return_window_days": return_window_days,
            "created_at": at,
        },
    ).fetchone()
    assert row is not None
    conn.execute(SQL["insert_terms"], {"program_id": row[0], "version": 1, "body": "{}", "published_at": at})
    return get(conn, row[0])


def all_of(conn: Conn) -> list[Program]:
    """Every program, oldest first."""
    return [
        Program(
            program_id=row[0],
            code=row[1],
            name=row[2],
            currency=row[3],
            time_zone=row[4],
            language=row[5],
            terms_version=row[6],
            return_window_days=row[7],
        )
        for row in conn.execute(SQL["select_programs"])
    ]


def get(conn: Conn, program_id: int) -> Program:
    """The program.

    Raises:
        ProgramUnknown: there is none with this id.
    """
    for program in all_of(conn):
        if program.program_id == program_id:
            return program
    raise ProgramUnknown("There is no such program.")


def change(
    conn: Conn,
    program_id: int,
    *,
    name: Mapping[str, str],
    time_zone: str,
    language: str,
    return_window_days: int,
) -> Program:
    """Change what may change; the currency stays, as amounts are stored in it.

    Raises:
        ProgramInvalid: no such time zone or language.
        ProgramUnknown: there is no such program.
    """
    _check(currency="CNY", time_zone=time_zone, language=language)
    conn.execute(
        SQL["update_program"],
        {
            "program_id": program_id,
            "name": msgspec.json.encode(name).decode(),
            "time_zone": time_zone,
            "language": language,
            "return_window_days": return_window_days,
        },
    )
    return get(conn, program_id)


def publish_terms(conn: Conn, program: Program, body: Mapping[str, str], *, at: datetime) -> int:
    """A new version of the terms, by language; members who join from now on accept it. Answers the version."""
    version = program.terms_version + 1
    text = msgspec.json.encode(body).decode()
    conn.execute(
        SQL["insert_terms"],
        {"program_id": program.program_id, "version": version, "body": text, "published_at": at},
    )
    conn.execute(SQL["update_terms_version"], {"program_id": program.program_id, "version": version})
    return version


def terms(conn: Conn, program_id: int) -> list[tuple[int, Mapping[str, str], datetime]]:
    """Every version of the terms, newest first: version, text by language, when it was published."""
    return [(row[0], row[1], row[2]) for row in conn.execute(SQL["select_terms"], {"program_id": program_id})]


def _check(*, currency: str, time_zone: str, language: str) -> None:
    if currency not in money.EXPONENTS:
        raise ProgramInvalid(f"{currency!r} is not an ISO 4217 currency.")
    if language not in {"en", "zh"}:
        raise ProgramInvalid(f"{language!r} is not a language this program speaks: say en or zh.")
    try:
        clock.zone(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ProgramInvalid(f"{time_zone!r} is not a time zone; say, for example, Asia/Shanghai.") from unknown
