"""Who is in the audience of a campaign: a list that is kept, so that whoever asks later finds the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from regulars.audience import conditions
from regulars.kit.clock import NEVER, ONE_DAY
from regulars.kit.db import Conn

from .holding import Seats, Span
from .model import Campaign
from .store import SQL

_CHUNK_ROWS = 10_000


def seats(conn: Conn, program_id: int, campaigns: Iterable[Campaign], member_ids: Sequence[UUID]) -> dict[UUID, Seats]:
    """Since when and until when members are in the audiences of campaigns that have one."""
    asked = [c.campaign_id for c in campaigns if c.terms.audience is not None]
    if not asked or not member_ids:
        return {}
    found: dict[UUID, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    rows = conn.execute(
        SQL["select_seats"], {"program_id": program_id, "campaign_ids": asked, "member_ids": list(member_ids)}
    )
    for member_id, campaign_id, from_on, until_on in rows:
        found[member_id][campaign_id].append((from_on, until_on))
    return dict(found)


def seat(
    conn: Conn, campaign: Campaign, condition: conditions.Condition, *, at: datetime, today: date, is_first: bool
) -> int:
    """Find who matches as of `at` and seat them from `today` on; who no longer matches leaves with yesterday.

    Answers how many are seated. At the first time they are seated from the beginning of the campaign.
    """
    statement, parameters = conditions.as_sql(
        condition, dialect="postgres", program_id=campaign.program_id, at=at, today=today
    )
    matching = {row[0] for row in conn.execute(statement, parameters)}
    about = {"program_id": campaign.program_id, "campaign_id": campaign.campaign_id}
    seated = {row[0] for row in conn.execute(SQL["select_seated"], {**about, "on_date": today})}
    from_on = campaign.begins_on if is_first and campaign.begins_on else today
    for some in _chunks(sorted(matching - seated)):
        conn.execute(SQL["seat"], {**about, "member_ids": some, "from_on": from_on, "until_on": NEVER})
    for some in _chunks(sorted(seated - matching)):
        conn.execute(SQL["unseat"], {**about, "member_ids": some, "until_on": today - ONE_DAY})
    return len(matching)


def seated(conn: Conn, campaign: Campaign, on: date) -> int:
    """How many are in the audience on a local day."""
    asked = {"program_id": campaign.program_id, "campaign_id": campaign.campaign_id, "on_date": on}
    row = conn.execute(SQL["count_seats"], asked).fetchone()
    assert row is not None
    return int(row[0])


def _chunks(ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    left = iter(ids)
    while some := list(islice(left, _CHUNK_ROWS)):
        yield some
