"""What is given beside a code of our own, as it is kept: a partner's codes and the draws of sweepstakes."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from regulars.kit import sql
from regulars.kit.db import Conn

from . import drawing
from .model import Draw, Reward, Winner
from .refusals import AlreadyDrawn, DrawNotOpen, RewardInvalid

SQL = sql.load("regulars.program.rewards")
CODES_MAX = 50_000
CODE_LENGTH_MAX = 100


def add_codes(conn: Conn, reward: Reward, codes: Sequence[str]) -> int:
    """Put codes at the end of a reward's list; those it has already are left out. Answers how many are new.

    Raises:
        RewardInvalid: too many at once, or one is empty, too long or holds what cannot be read.
    """
    wanted = list(dict.fromkeys(code.strip() for code in codes))
    if not 1 <= len(wanted) <= CODES_MAX:
        raise RewardInvalid(f"From 1 to {CODES_MAX} codes at once.")
    if any(not 1 <= len(code) <= CODE_LENGTH_MAX or not code.isprintable() for code in wanted):
        raise RewardInvalid(f"A code has from 1 to {CODE_LENGTH_MAX} characters.")
    asked = {"reward_id": reward.reward_id}
    conn.execute(SQL["open_stock"], asked)
    row = conn.execute(SQL["lock_codes"], asked).fetchone()
    assert row is not None
    known = {found[0] for found in conn.execute(SQL["select_known_codes"], {**asked, "codes": wanted})}
    fresh = [code for code in wanted if code not in known]
    end = row[0] + row[1]
    places = list(range(end + 1, end + 1 + len(fresh)))
    conn.execute(SQL["insert_codes"], {**asked, "places": places, "codes": fresh})
    conn.execute(SQL["return_stock"], {**asked, "quantity": len(fresh)})
    return len(fresh)


def claim_codes(conn: Conn, reward: Reward, quantity: int) -> list[str]:
    """Take the next codes of the list; empty when fewer are left. Each code leaves the list once, for ever."""
    asked = {"reward_id": reward.reward_id, "quantity": quantity}
    row = conn.execute(SQL["claim_codes"], asked).fetchone()
    if row is None:
        return []
    until: int = row[0]
    rows = conn.execute(SQL["select_codes"], {**asked, "after": until - quantity, "until": until})
    return [found[0] for found in rows]


def open_draw(conn: Conn, reward: Reward, seed: bytes, *, at: datetime) -> None:
    """Commit to a seed; the first one stands."""
    conn.execute(
        SQL["insert_draw"],
        {
            "reward_id": reward.reward_id,
            "program_id": reward.program_id,
            "seed": seed,
            "seed_hash": hashlib.sha256(seed).hexdigest(),
            "at": at,
        },
    )


def draw_of(conn: Conn, reward: Reward) -> Draw | None:
    """A sweepstake's draw, its seed only when it was made."""
    asked = {"reward_id": reward.reward_id, "program_id": reward.program_id}
    row = conn.execute(SQL["select_draw"], asked).fetchone()
    if row is None:
        return None
    names = (
        "reward_id", "seed_hash", "committed_at", "seed", "drawn_at", "drawn_by", "outside", "entries", "entries_hash",
        "winners",
    )  # fmt: skip
    values: dict[str, Any] = dict(zip(names, row, strict=True))
    values["seed"] = bytes(values["seed"]) if values["seed"] is not None else None
    values["winners"] = msgspec.convert(values["winners"], tuple[Winner, ...])
    return Draw(**values)


def is_drawn(conn: Conn, reward: Reward) -> bool:
    """Whether the draw was made; until the transaction ends it is not made."""
    row = conn.execute(SQL["share_draw"], {"reward_id": reward.reward_id}).fetchone()
    return row is None or bool(row[0])


def entries_of(conn: Conn, reward: Reward) -> list[drawing.Entry]:
    """The entries that stand: redemption, member, how many."""
    asked = {"reward_id": reward.reward_id, "program_id": reward.program_id}
    return [(row[0], row[1], row[2]) for row in conn.execute(SQL["select_entries"], asked)]


def make_draw(conn: Conn, reward: Reward, *, outside: str, by: str, at: datetime) -> None:
    """Draw the winners, once.

    Raises:
        DrawNotOpen: it still takes entries, nobody entered, or it is no sweepstake.
        AlreadyDrawn: it was made before.
    """
    asked = {"reward_id": reward.reward_id, "program_id": reward.program_id}
    row = conn.execute(SQL["lock_draw"], asked).fetchone()
    if row is None:
        raise DrawNotOpen("This reward is no sweepstake.", facts={"reason": "type"})
    if row[1]:
        raise AlreadyDrawn("This draw was made; its winners stand.")
    if reward.ends_at is None or at < reward.ends_at:
        raise DrawNotOpen("The draw is made after the last entry: at the sweepstake's end.", facts={"reason": "open"})
    entries = entries_of(conn, reward)
    if not entries:
        raise DrawNotOpen("Nobody entered.", facts={"reason": "empty"})
    winners = drawing.winners(entries, seed=bytes(row[0]), outside=outside, count=reward.params["winners"])
    conn.execute(
        SQL["finish_draw"],
        {
            "reward_id": reward.reward_id,
            "at": at,
            "by": by,
            "outside": outside,
            "entries": sum(quantity for _, _, quantity in entries),
            "entries_hash": drawing.entries_hash(entries),
            "winners": msgspec.json.encode(winners).decode(),
        },
    )
