"""Two spend the same points at the same moment; without the lock of the member, the books' own check must catch it."""

import threading
import time
from datetime import UTC, datetime

import psycopg
import pytest

from regulars.kit import db
from regulars.kit.errors import Refusal
from regulars.records import members
from regulars.records.members import store

from .shop import Shop
from .terms import PROGRAMS

AT = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def spend_at_once(database: str) -> list[str]:
    """One takes all 300 points and does not commit yet, another takes them too: what both were told."""
    with db.connect(database) as first, db.connect(database) as second, db.connect(database) as looker:
        looker.autocommit = True
        shop = Shop(first, PROGRAMS[0], AT, "race")
        shop.enroll("ann")
        shop.adjust("ann", "gift", 300)
        first.commit()
        told = [shop.adjust("ann", "one", -300)[0]]
        rival = threading.Thread(target=_spend_too, args=(second, shop, told))
        rival.start()
        _wait_until_blocked(looker, second.info.backend_pid)
        first.commit()
        rival.join(timeout=30)
        return told


def _spend_too(conn: db.Conn, shop: Shop, told: list[str]) -> None:
    other = object.__new__(Shop)
    other.__dict__.update(shop.__dict__, conn=conn)
    try:
        told.append(other.adjust("ann", "two", -300)[0])
        conn.commit()
    except Refusal as refusal:
        told.append(refusal.code)
    except psycopg.Error as broken:
        told.append(type(broken).__name__)


def _wait_until_blocked(looker: db.Conn, pid: int) -> None:
    for _ in range(3000):
        row = looker.execute("select wait_event_type from pg_stat_activity where pid = %s", [pid]).fetchone()
        if row == ("Lock",):
            return
        time.sleep(0.01)
    pytest.fail("the second never waited for the first")


def test_points_are_spent_once_by_two_at_the_same_moment(database):
    assert spend_at_once(database) == ["adjusted", "insufficient-points"]


def test_a_skipped_lock_is_found(database, monkeypatch):
    """Planted: the member is read and not locked. Both see 300 points; the check of the lots stops the second."""

    def look(conn, program_id, member_ids):
        rows = conn.execute(store.SQL["select_standing"], {"program_id": program_id, "member_ids": list(member_ids)})
        return {
            row[0]: members.Standing(
                member_id=row[0],
                status=members.Status(row[1]),
                enrolled_on=row[2],
                language=row[3],
                birth_on=row[4],
                account_id=row[5] or row[0],
            )
            for row in rows
        }

    monkeypatch.setattr(members, "lock_standing", look)
    assert spend_at_once(database) == ["adjusted", "CheckViolation"]
