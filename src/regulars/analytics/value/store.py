"""Reads the published facts and the program's promises; writes nothing."""

from collections.abc import Iterable
from datetime import date, timedelta

from regulars.kit import money, sql
from regulars.kit.db import Conn
from regulars.program import earning, rewards
from regulars.records import ledger

from .model import Habits, Promise

SQL = sql.load("regulars.analytics.value")
_YEAR = timedelta(days=365)


def promise(
    conn: Conn, program_id: int, rules: Iterable[earning.Rule], wallet: ledger.Wallet, *, currency: str, today: date
) -> Promise:
    """What these rules, the wallet and the catalogue promise on a local day."""
    prices = [one.price_points for one in rewards.catalogue(conn, program_id) if one.is_live]
    unit = 10 ** money.exponent(currency)
    return Promise(
        rules=tuple(rules),
        point_micros=1_000_000 // unit if wallet.is_money else wallet.point_value_micros,
        unit=unit,
        life_days=_life_days(wallet, today),
        cheapest_points=min(prices, default=None),
    )


def _life_days(wallet: ledger.Wallet, today: date) -> int | None:
    """How long points earned today live; None when they do not end."""
    lot = ledger.award_lot(wallet, earned_on=today, window_days=0, today=today)
    return None if lot.expires_on == date.max else (lot.expires_on - today).days


def habits(conn: Conn, program_id: int, promised: Promise, *, today: date) -> Habits:
    """What members did in the year until a local day."""
    asked = {"program_id": program_id, "from_on": today - _YEAR, "to_on": today}
    seen = conn.execute(SQL["select_habits"], asked).fetchone()
    gap = conn.execute(SQL["select_gap"], asked).fetchone()
    life = timedelta(days=min(promised.life_days or 365, 3 * 365))
    price = promised.cheapest_points or 1
    reach = conn.execute(SQL["select_reach"], {**asked, "from_on": today - life, "price_points": price}).fetchone()
    assert seen is not None
    assert gap is not None
    assert reach is not None
    return Habits(
        buyers=seen[0],
        orders=seen[1],
        net_minor=seen[2],
        points=seen[3],
        typical_points=int(seen[4]) if seen[4] is not None else None,
        typical_minor=int(seen[5]) if seen[5] is not None else None,
        gaps=gap[0],
        gap_days=gap[1],
        buyers_in_life=reach[0],
        reaching=reach[1],
    )
