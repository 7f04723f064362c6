"""What a lane does: take a batch, carry it out in one transaction, report."""

import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from uuid import UUID

import msgspec
import psycopg
from psycopg import errors

from regulars import flows
from regulars.kit import db
from regulars.kit.errors import Refusal
from regulars.records import members

from .model import Batch, Goods, Purchase, Redemption, Rejected, Report, Returned

_TRIES_MAX = 5
_PASSING = (errors.DeadlockDetected, errors.LockNotAvailable, errors.SerializationFailure)
_NICE = 5
END = b""
"""The message that lets a lane go home."""


def work(dsn: str, program_id: int, line: Connection) -> None:
    """Carry out batches until the line ends; it ends with the process that feeds it, however that one ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(_NICE)
    gc.disable()  # Batches leave no cycles worth a search among a hundred thousand objects.
    decode = msgspec.msgpack.Decoder(Batch).decode
    try:
        with db.connect(dsn) as conn:
            plan = flows.load(conn, program_id)
            conn.commit()
            while True:
                received = line.recv_bytes()
                if received == END:
                    return
                batch = decode(received)
                line.send_bytes(msgspec.msgpack.encode(in_transaction(conn, plan, batch)))
                gc.collect(1)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except psycopg.Error as broken:
        line.send_bytes(msgspec.msgpack.encode(Report(failure=str(broken).strip() or type(broken).__name__)))


def in_transaction(conn: db.Conn, plan: flows.Plan, batch: Batch) -> Report:
    """Carry out a batch in one transaction; a passing quarrel over locks with somebody else is tried again."""
    for attempt in range(1, _TRIES_MAX + 1):
        try:
            with conn.transaction():
                return carry_out(conn, plan, batch)
        except _PASSING:
            if attempt == _TRIES_MAX:
                raise
            time.sleep(0.1 * 2**attempt)
    raise AssertionError("a try either returns or raises")


def carry_out(conn: db.Conn, plan: flows.Plan, batch: Batch) -> Report:
    """Orders first, then what came back, then rewards. The caller owns the transaction."""
    at = batch.at or max(document.occurred_at for document in batch.documents)
    report = Report(documents=len(batch.documents), rejected=[])
    purchases = [document for document in batch.documents if isinstance(document, Purchase)]
    _record(conn, plan, purchases, at, report)
    others = [document for document in batch.documents if not isinstance(document, Purchase)]
    known = members.find(conn, plan.program.program_id, list({document.member for document in others}))
    for document in others:
        member_id = known.get(document.member)
        if isinstance(document, Goods):
            _return_goods(conn, plan, document, member_id, at, report)
        elif isinstance(document, Returned):
            _refund(conn, plan, document, at, report)
        elif member_id is not None:
            _redeem(conn, plan, document, member_id, report)
    report.rss_bytes = _rss_bytes()
    return report


def _record(conn: db.Conn, plan: flows.Plan, purchases: Sequence[Purchase], at: datetime, report: Report) -> None:
    intakes = [flows.Intake(order=one.order, member=one.member, on_unknown="enroll") for one in purchases]
    if not intakes:
        return
    for one, found in zip(purchases, flows.record_activities(conn, plan, intakes, at=at, tells=False), strict=True):
        if isinstance(found, Refusal):
            report.rejected.append(_rejected(one.rows, found))
        elif found.outcome == "created":
            report.orders += 1
            report.lines += len(one.order.lines)
            report.amount_minor += one.order.total_minor
            report.points += found.points
        else:
            report.replayed += 1


def _rejected(rows: tuple[int, ...], refusal: Refusal, pointer: str = "") -> Rejected:
    pointer = refusal.flaws[0].pointer if refusal.flaws else pointer
    return Rejected(rows=rows, pointer=pointer, code=refusal.code, detail=refusal.detail)


def _return_goods(
    conn: db.Conn, plan: flows.Plan, goods: Goods, member_id: UUID | None, at: datetime, report: Report
) -> None:
    if member_id is None:
        unknown = flows.GoodsNotBought("This member has bought nothing before, so nothing can come back.")
        report.rejected.append(_rejected(goods.rows, unknown, "/quantity"))
        return
    outcomes = flows.return_goods(
        conn,
        plan,
        member_id,
        goods.lines,
        source=goods.source,
        external_id=goods.external_id,
        occurred_at=goods.occurred_at,
        at=at,
    )
    for row, outcome in zip(goods.rows, outcomes, strict=True):
        if isinstance(outcome, Refusal):
            report.rejected.append(_rejected((row,), outcome, "/quantity"))
    report.returns += "created" in outcomes
    report.replayed += "created" not in outcomes and "replayed" in outcomes


def _refund(conn: db.Conn, plan: flows.Plan, document: Returned, at: datetime, report: Report) -> None:
    try:
        with conn.transaction():
            found = flows.refund_order(conn, plan, document.returned, at=at)
    except Refusal as refusal:
        report.rejected.append(_rejected((), refusal))
        return
    report.returns += found.outcome == "created"
    report.replayed += found.outcome == "replayed"


def _redeem(conn: db.Conn, plan: flows.Plan, document: Redemption, member_id: UUID, report: Report) -> None:
    try:
        with conn.transaction():
            found = flows.redeem_reward(
                conn,
                plan,
                member_id,
                document.reward_id,
                external_id=document.external_id,
                at=document.occurred_at,
            )
            _decide(conn, plan, document, member_id, found.redemption.redemption_id)
    except Refusal as refusal:
        report.rejected.append(_rejected((), refusal))
        return
    if found.outcome == "created":
        report.redemptions += 1
        report.burned_points += found.redemption.points
        report.restored_points += found.redemption.points if document.is_undone else 0


def _decide(conn: db.Conn, plan: flows.Plan, document: Redemption, member_id: UUID, redemption_id: UUID) -> None:
    if document.decided_at is None:
        return
    decide = flows.undo_redemption if document.is_undone else flows.fulfill_redemption
    decide(conn, plan, member_id, redemption_id, at=document.decided_at)


def _rss_bytes() -> int:
    """The most memory this process ever held. Linux tells what it held itself, not what its parent did."""
    with suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")), 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
