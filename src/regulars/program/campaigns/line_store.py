"""The only code that touches stop-loss lines."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.records import access

from .stop_lines import LineTerms, Reading, Verdict, check_line
from .store import SQL, get, note_line


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLine:
    """A line of a campaign as it stands. `fired_at` stands until the figure is well again."""

    campaign_id: int
    line_id: int
    terms: LineTerms
    is_on: bool
    changed_at: datetime
    changed_by: str
    fired_at: datetime | None
    watched_at: datetime | None
    reading: Reading | None


class StopLineNotFound(Refusal):
    """The campaign has no such line."""

    kind = Kind.NOT_FOUND
    code = "not-found"


def lines(conn: Conn, program_id: int, campaign_id: int | None = None) -> list[StopLine]:
    """The lines of a campaign, or of all."""
    rows = conn.execute(SQL["select_lines"], {"program_id": program_id, "campaign_id": campaign_id})
    return [
        StopLine(
            campaign_id=row[0],
            line_id=row[1],
            terms=msgspec.convert(row[2], LineTerms),
            is_on=row[3],
            changed_at=row[4],
            changed_by=row[5],
            fired_at=row[6],
            watched_at=row[7],
            reading=msgspec.convert(row[8], Reading) if row[8] else None,
        )
        for row in rows
    ]


def set_line(
    conn: Conn,
    program_id: int,
    campaign_id: int,
    terms: LineTerms,
    *,
    by: access.Actor,
    at: datetime,
    line_id: int | None = None,
    is_on: bool = True,
) -> int:
    """A new line of a campaign, or new terms for one; answers its number. Changed terms are watched afresh.

    Raises:
        CampaignNotFound, StopLineNotFound: there is none.
        CampaignInvalid: the terms make no sense.
    """
    check_line(terms)
    campaign = get(conn, program_id, campaign_id, locks=True)
    row = conn.execute(
        SQL["insert_line"] if line_id is None else SQL["update_line"],
        {
            "program_id": program_id,
            "campaign_id": campaign_id,
            "line_id": line_id,
            "terms": msgspec.json.encode(terms).decode(),
            "is_on": is_on,
            "at": at,
            "by": by.code,
        },
    ).fetchone()
    if row is None:
        raise StopLineNotFound("This campaign has no such line.")
    state = "on" if is_on else "off"
    note_line(conn, campaign, "line", by=by, at=at, note=f"{row[0]} {state}: {terms.metric} {terms.threshold}")
    return int(row[0])


def note_watched(
    conn: Conn, program_id: int, line: StopLine, reading: Reading, verdict: Verdict, *, at: datetime
) -> None:
    """Keep what a line was last seen at, and whether it has fired."""
    fired_at = line.fired_at
    if verdict is Verdict.FIRES:
        fired_at = at
    elif verdict is Verdict.WELL:
        fired_at = None
    conn.execute(
        SQL["note_watched"],
        {
            "program_id": program_id,
            "campaign_id": line.campaign_id,
            "line_id": line.line_id,
            "at": at,
            "reading": msgspec.json.encode(reading).decode(),
            "fired_at": fired_at,
        },
    )
