"""The only code that touches the pools: their terms, their states, their history and their figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import ids, sql
from regulars.kit.db import Conn

from . import rules
from .model import Change, Figures, Pool, PoolInvalid, PoolMoved, PoolNotFound, PoolState, Terms

SQL = sql.load("regulars.program.coupons")
_NAMED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def pools(conn: Conn, program_id: int) -> list[Pool]:
    """Every pool, the latest first."""
    return [_pool(row) for row in conn.execute(SQL["select_pools"], {"program_id": program_id, "code": None})]


def pool(conn: Conn, program_id: int, code: str) -> Pool:
    """The pool of this code.

    Raises:
        PoolNotFound: the program has none.
    """
    row = conn.execute(SQL["select_pools"], {"program_id": program_id, "code": code}).fetchone()
    if row is None:
        raise PoolNotFound("There is no such pool of coupons.")
    return _pool(row)


def steady(conn: Conn, program_id: int, pool_ids: Collection[UUID]) -> dict[UUID, Pool]:
    """Pools that nobody pauses or changes until this transaction ends; others may share them."""
    for pool_id in sorted(pool_ids):
        conn.execute(SQL["share_pool"], {"lock": _lock(pool_id)})
    rows = conn.execute(SQL["select_named_pools"], {"program_id": program_id, "pool_ids": list(pool_ids)})
    return {found.pool_id: found for found in map(_pool, rows)}


def hold_back(conn: Conn, program_id: int, campaign_id: int) -> None:
    """Let nobody use coupons of a campaign until this transaction ends: what it decides holds for all who come then."""
    asked = {"program_id": program_id, "campaign_id": campaign_id}
    for (pool_id,) in conn.execute(SQL["select_pools_of_campaign"], asked).fetchall():
        conn.execute(SQL["own_pool"], {"lock": _lock(pool_id)})


def _lock(pool_id: UUID) -> int:
    """What stands for a pool among the server's advisory locks."""
    return int.from_bytes(pool_id.bytes[:8], "big", signed=True)


def _pool(row: Sequence[Any]) -> Pool:
    return Pool(
        program_id=row[0],
        pool_id=row[1],
        code=row[2],
        state=PoolState(row[3]),
        terms=msgspec.json.decode(row[4], type=Terms),
        campaign_id=row[5],
        version=row[6],
        created_at=row[7],
    )


def new(
    program_id: int, code: str, terms: Terms, *, state: PoolState = PoolState.DRAFT, campaign_id: int | None = None
) -> Pool:
    """A pool that is not saved yet.

    Raises:
        PoolInvalid: its code is not up to 40 small letters, digits, - and _.
    """
    if not 1 <= len(code) <= 40 or not _NAMED.issuperset(code):
        raise PoolInvalid("A pool's code has up to 40 small letters, digits, - and _.")
    pool_id = ids.key_of(program_id, "coupons", code)
    return Pool(
        program_id=program_id, pool_id=pool_id, code=code, state=state, terms=terms, campaign_id=campaign_id, version=0
    )


def save(conn: Conn, wanted: Pool, *, by: str, at: datetime) -> Pool:
    """Write a pool and the step of its history; saving what is there already is no step.

    `wanted.version` is the one the caller looked at, 0 for a new pool.

    Raises:
        PoolInvalid: its terms make no sense together, or its kind of codes changes.
        PoolMoved: somebody else changed it meanwhile, or its state cannot become that one.
    """
    rules.check(wanted.terms)
    before = _locked(conn, wanted)
    if before is None:
        return _write(conn, None, wanted, by=by, at=at)
    if wanted.version not in (before.version, 0) or (wanted.version == 0 and _differs(before, wanted)):
        raise PoolMoved(
            "This pool was changed meanwhile; look at it again.",
            facts={"version": before.version, "state": before.state.value},
        )
    if wanted.terms.codes != before.terms.codes:
        raise PoolInvalid("The kind of codes stays: make another pool.")
    if wanted.state is not before.state and wanted.state not in rules.STEPS[before.state]:
        raise PoolMoved(
            f"A pool that is {before.state.value} does not become {wanted.state.value}.",
            facts={"version": before.version, "state": before.state.value},
        )
    return _write(conn, before, wanted, by=by, at=at)


def _differs(before: Pool, wanted: Pool) -> bool:
    return bool(rules.differences(before, replace(wanted, state=before.state)))


def _locked(conn: Conn, wanted: Pool) -> Pool | None:
    conn.execute(SQL["own_pool"], {"lock": _lock(wanted.pool_id)})
    row = conn.execute(SQL["lock_pool"], {"program_id": wanted.program_id, "pool_id": wanted.pool_id}).fetchone()
    return _pool(row) if row else None


def _write(conn: Conn, before: Pool | None, wanted: Pool, *, by: str, at: datetime) -> Pool:
    fields = rules.differences(before, wanted)
    if before is not None and not fields:
        return before
    after = replace(
        wanted,
        version=before.version + 1 if before else 1,
        created_at=before.created_at if before else at,
    )
    told = {
        "program_id": after.program_id,
        "pool_id": after.pool_id,
        "code": after.code,
        "state": after.state.value,
        "campaign_id": after.campaign_id,
        "terms": msgspec.json.encode(after.terms).decode(),
        "version": after.version,
        "at": at,
        "by": by,
        "fields": msgspec.json.encode(fields).decode(),
    }
    written = conn.execute(SQL["update_pool"] if before else SQL["insert_pool"], told)
    if written.rowcount != 1:  # two made it at the same instant
        raise PoolMoved("This pool was made or changed meanwhile; look at it again.", facts={"version": 1, "state": ""})
    conn.execute(SQL["insert_change"], told)
    if "total_max" in fields or before is None:
        _set_uses_left(conn, after)
    return after


def _set_uses_left(conn: Conn, after: Pool) -> None:
    """What the total still allows; uses that happened count. New uses wait meanwhile: they share the pool."""
    limit, left = after.terms.total_max, None
    if limit is not None:
        row = conn.execute(SQL["count_uses"], {"pool_id": after.pool_id}).fetchone()
        assert row is not None
        left = max(0, limit - row[0])
    conn.execute(SQL["set_uses_left"], {"pool_id": after.pool_id, "uses_left": left})


def set_state(conn: Conn, pool: Pool, state: PoolState, *, by: str, at: datetime) -> Pool:
    """Begin, pause or end a pool; what is so already stays so.

    Raises:
        PoolMoved: its state cannot become that one.
    """
    before = _locked(conn, pool) or pool
    return save(conn, replace(before, state=state), by=by, at=at)


def history(conn: Conn, pool: Pool) -> list[Change]:
    """Every change of a pool, the latest first."""
    rows = conn.execute(SQL["select_changes"], {"program_id": pool.program_id, "pool_id": pool.pool_id})
    return [
        Change(version=row[0], at=row[1], by=row[2], fields={name: tuple(pair) for name, pair in row[3].items()})
        for row in rows
    ]


def figures(conn: Conn, program_id: int, *, pool_id: UUID | None = None) -> Mapping[UUID, Figures]:
    """By pool: codes in stock and issued, uses set aside and made, and what they gave in money. Public codes count as
    issued once for each use, as nobody knows who has read one."""
    asked = {"program_id": program_id, "pool_id": pool_id}
    found: dict[UUID, Figures] = {}
    for row in conn.execute(SQL["count_coupons"], asked):
        found[row[0]] = Figures(stock=row[1] - row[2], issued=row[2])
    for row in conn.execute(SQL["sum_uses"], asked):
        before = found.get(row[0], Figures())
        found[row[0]] = replace(before, reserved=row[1], used=row[2], discount_minor=row[3])
    return found
