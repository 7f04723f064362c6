"""Nothing expires unannounced: which ends are near, of which members were told, and what they were told.

Source: capabilities B7, B8.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from regulars.kit.db import Conn

from . import calendar
from .model import Lot
from .store import SQL
from .wallets import Wallet

LOTS_MAX = 10_000
_OVERLAP_DAYS = 2
"""Days looked at again: points that were written by a clock before midnight while another had already announced."""

Whose = tuple[UUID, int, Lot]
"""A lot: member, wallet, lot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a member was told: so many points end with this day."""

    wallet_id: int
    expires_on: date
    points: int
    told_on: date


def unannounced(conn: Conn, wallets: Iterable[Wallet], *, today: date, limit: int = LOTS_MAX) -> list[Whose]:
    """Lots that end within their wallet's days of notice and of which nobody was told, at most `limit`.

    Each wallet remembers up to which day all ends are announced (`note_announced`), so that a day looks only at the
    ends that have come near since the day before.
    """
    known = {wallet.wallet_id: wallet for wallet in wallets if wallet.expiry.kind != "never"}
    if not known:
        return []
    done = dict(conn.execute(SQL["select_announced_to"], {"wallet_ids": list(known)}).fetchall())
    found: list[Whose] = []
    for wallet_id, wallet in known.items():
        asked = {
            "wallet_id": wallet_id,
            "from_on": _from(done[wallet_id], today),
            "to_on": today + timedelta(days=wallet.expiry.notice_days),
            "limit": limit - len(found),
        }
        rows = conn.execute(SQL["select_unannounced"], asked, binary=True)
        found += [(row[0], row[1], Lot(row[2], row[3])) for row in rows]
    return found


def _from(done_to: date | None, today: date) -> date:
    return today if done_to is None else max(today, done_to - timedelta(days=_OVERLAP_DAYS))


def note_announced(conn: Conn, wallets: Iterable[Wallet], *, today: date) -> None:
    """Every end within the days of notice is announced."""
    known = [wallet for wallet in wallets if wallet.expiry.kind != "never"]
    conn.execute(
        SQL["update_announced_to"],
        {
            "wallet_id": [wallet.wallet_id for wallet in known],
            "to_on": [today + timedelta(days=wallet.expiry.notice_days) for wallet in known],
        },
    )


def announce(conn: Conn, lots: Sequence[Whose], wallets: Mapping[int, Wallet], *, today: date) -> int:
    """Mark lots as announced and keep what each account is told, by wallet and last day; answers the points.

    What the wallet carries over on that day is not told: it does not end. The caller has locked the members.
    """
    if not lots:
        return 0
    columns = {
        "member_id": [member_id for member_id, _, _ in lots],
        "wallet_id": [wallet_id for _, wallet_id, _ in lots],
        "expires_on": [lot.expires_on for _, _, lot in lots],
    }
    conn.execute(SQL["mark_announced"], {**columns, "active_on": [lot.active_on for _, _, lot in lots], "today": today})
    told = []
    for member_id, wallet_id, expires_on, points in conn.execute(SQL["sum_ending"], columns, binary=True):
        ends = points - calendar.carried(wallets[wallet_id].expiry, points)
        if ends > 0:
            told.append((member_id, wallet_id, expires_on, ends))
    if told:
        names = ("member_id", "wallet_id", "expires_on", "points")
        told_columns = dict(zip(names, map(list, zip(*told, strict=True)), strict=True))
        conn.execute(SQL["upsert_notices"], {**told_columns, "told_on": today})
    return sum(points for _, _, _, points in told)


def announced(conn: Conn, member_ids: Sequence[UUID], *, today: date) -> dict[tuple[UUID, int], dict[Lot, date]]:
    """When the ends of lots that are over by `today` were announced, by member and wallet; others are not in it."""
    found: dict[tuple[UUID, int], dict[Lot, date]] = defaultdict(dict)
    rows = conn.execute(SQL["select_announced"], {"member_ids": list(member_ids), "today": today}, binary=True)
    for member_id, wallet_id, expires_on, active_on, announced_on in rows:
        found[member_id, wallet_id][Lot(expires_on, active_on)] = announced_on
    return found


def notices(conn: Conn, member_id: UUID, *, today: date) -> list[Notice]:
    """What a member was told of ends that have not come yet, nearest first."""
    rows = conn.execute(SQL["select_notices"], {"member_id": member_id, "today": today})
    return [Notice(wallet_id=row[0], expires_on=row[1], points=row[2], told_on=row[3]) for row in rows]
