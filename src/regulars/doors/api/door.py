"""The way of one request: who asks, what was sent, what is done, what is answered, what is kept of a refusal."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote

from litestar import Response
from psycopg import errors

from regulars import flows
from regulars.kit import clock, crypto, db
from regulars.kit.errors import Refusal
from regulars.records import access, activities

from . import batches, noting, orders, strict_json
from .call import Call, Operation, Told, told
from .connections import Connections
from .frame import SLASH
from .group_commit import GroupCommit, Item
from .idempotency import Claim, again, claim, kept, natural
from .keys import Keys, check_network, check_scope
from .many import holds_many
from .pace import Pace
from .patience import Patience
from .problems import MEDIA_TYPE, belongs_in_inbox, problem, understood
from .refusals import ContentTooLarge, NotAcceptable, Overloaded, RequestTimeout, UnsupportedMediaType

THREADS = 8
BATCH_THREADS = 2
"""A batch takes long; single requests never wait for one."""
WAITING_MAX = 20_000
BODY_SECONDS_MAX = 15.0
ASIDE_BYTES = 64 * 1024
"""Bodies from this size on are read in a thread, so that others do not wait."""
_DEADLOCK_TRIES = 3

log = logging.getLogger("regulars.api")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Sent:
    """A request of a known caller, read whole."""

    operation: Operation
    key: access.ApiKey
    path: Mapping[str, str]
    query: Mapping[str, str]
    asked: Any
    claim: Claim | None
    retold: Claim | None
    since: float
    address: str


class Asking(Protocol):
    """What the door needs of a request."""

    @property
    def scope(self) -> Any:
        """Its ASGI scope, with `request_id` and `language` in the state."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """By lower-case name."""
        ...

    @property
    def path_params(self) -> Mapping[str, Any]:
        """The named steps of its address."""
        ...

    @property
    def receive(self) -> Callable[[], Awaitable[Any]]:
        """Its body, piece by piece."""
        ...


class Door:
    """What requests share: the connections and their threads, the keys, the group commit, the seal of the inbox."""

    def __init__(self, *, dsn: str, sealer: crypto.Sealer, home: str) -> None:
        self._connections = Connections(dsn, size_max=THREADS + 2 * BATCH_THREADS)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")
        self._batch_threads = ThreadPoolExecutor(BATCH_THREADS, thread_name_prefix="api-batch")
        self._waiting = 0
        self._keys = Keys(self._connections)
        self._looking: dict[str, asyncio.Future[access.ApiKey]] = {}
        self._patience = Patience()
        self._pace = Pace()
        self._groups = GroupCommit(dsn, patience=self._patience)
        self._sealer = sealer
        self.home = home

    async def close(self) -> None:
        """Finish what was begun and let the connections go."""
        await self._groups.stop()
        for ending in (self._threads.shutdown, self._batch_threads.shutdown, self._connections.close):
            ending()

    async def answer(self, operation: Operation, request: Asking) -> Response[bytes]:
        """The response to a request, whatever happens on the way."""
        key: access.ApiKey | None = None
        raw = b""
        sent: _Sent | None = None
        since = time.monotonic()
        try:
            key = await self._known(operation, request, since)
            paced = self._pace.take(key, now=since)
            accepted = _accepted(operation, request)
            if operation.asks is not None:
                before = time.monotonic()
                raw = await _read(operation, request)
                since += time.monotonic() - before  # The caller's slowness is not ours.
            sent = await self._sent(operation, request, key, raw, since)
            if holds_many(operation, raw):
                return await self._many(sent, request, raw, accepted)
            told = await self._done(sent)
        except Exception as broken:
            return await self._refused(broken, operation, request, key, raw, sent)
        headers = paced | ({"idempotent-replay": "true"} if told.is_replay else {})
        return Response(told.body, status_code=told.status, media_type="application/json", headers=headers)

    async def _known(self, operation: Operation, request: Asking, since: float) -> access.ApiKey:
        try:
            return await self._key(operation, request, since)
        except access.Unauthenticated:
            self._pace.wrong_key(noting.address(request.scope), now=since)
            raise

    async def _many(self, sent: _Sent, request: Asking, raw: bytes, accepted: str) -> Response[bytes]:
        sender = batches.Sender(
            connections=self._connections,
            sealer=self._sealer,
            program_id=sent.key.program_id,
            claim=sent.claim,
            path=request.scope["path"],
            request_id=request.scope["state"]["request_id"],
            language=request.scope["state"]["language"],
            home=self.home,
        )
        told = await self._in_thread(lambda: batches.answer(sent.operation, raw, sender), self._batch_threads)
        body = told.body if accepted == batches.NDJSON else batches.as_array(told.body)
        headers = {"idempotent-replay": "true"} if told.is_replay else None
        return Response(body, status_code=told.status, media_type=accepted, headers=headers)

    async def _key(self, operation: Operation, request: Asking, since: float) -> access.ApiKey:
        authorization = request.headers.get("authorization", "")
        key = self._keys.remembered(authorization)
        if key is None:
            looking = self._looking.get(authorization)
            if looking is None:  # A crowd that comes with one key asks for it once.
                looking = asyncio.ensure_future(self._aside(lambda: self._keys.look_up(authorization), since=since))
                self._looking[authorization] = looking
                looking.add_done_callback(lambda _: self._looking.pop(authorization))
            key = await asyncio.shield(looking)
        check_network(key, noting.address(request.scope))
        check_scope(key, operation.scope)
        return key

    async def _sent(self, operation: Operation, request: Asking, key: access.ApiKey, raw: bytes, since: float) -> _Sent:
        named, asked = None, None
        shape = operation.asks
        if shape is not None:
            named = claim(
                request.headers.get("idempotency-key"),
                operation=f"{operation.method} {request.scope['path']}?{request.scope['query_string']!r}",
                raw=raw,
            )
            if holds_many(operation, raw):
                asked = None
            elif len(raw) < ASIDE_BYTES:
                asked = strict_json.decode(raw, shape)
            else:
                asked = await self._aside(lambda: strict_json.decode(raw, shape), since=since)
        path = {name: str(value).replace(SLASH, "/") for name, value in request.path_params.items()}
        retold = natural(operation, asked) if operation.retells else None
        return _Sent(operation, key, path, _query(request), asked, named, retold, since, noting.address(request.scope))

    async def _done(self, sent: _Sent) -> Told:
        if sent.operation.gathers:
            intake = orders.intake(sent.asked)
            item = Item(program_id=sent.key.program_id, intake=intake, claim=sent.claim)
            return await self._groups.record(item, since=sent.since)
        return await self._aside(lambda: self._run(sent), since=sent.since)

    async def _aside(self, work: Callable[[], T], *, since: float | None = None) -> T:
        """Run in a thread, for a request that came at `since` (monotonic; now when not given).

        Raises:
            Overloaded: too many wait for one.
            Timeout: the database is too slow.
        """
        with self._room():
            coming = asyncio.get_running_loop().run_in_executor(self._threads, self._timed, work)
            return await self._patience.answer(coming, since=time.monotonic() if since is None else since)

    async def _in_thread(self, work: Callable[[], T], threads: ThreadPoolExecutor) -> T:
        """Run long work in threads of its own; it has no deadline.

        Raises:
            Overloaded: too many wait for one.
        """
        with self._room():
            return await asyncio.get_running_loop().run_in_executor(threads, work)

    @contextmanager
    def _room(self) -> Iterator[None]:
        if self._waiting >= WAITING_MAX:
            raise Overloaded("Too many requests wait; send this one again in a second.")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def _timed(self, work: Callable[[], T]) -> T:
        with self._patience.work():
            return work()

    def _run(self, sent: _Sent) -> Told:
        for last in (False, False, True)[-_DEADLOCK_TRIES:]:
            try:
                return self._run_once(sent, at=clock.now())
            except errors.DeadlockDetected:
                if last:
                    raise
        raise AssertionError("the last try answers or raises")

    def _run_once(self, sent: _Sent, *, at: datetime) -> Told:
        program_id = sent.key.program_id
        with self._connections.transaction() as conn:
            before = _before(conn, sent)
            if before is not None:
                return before
            call = Call(
                conn=conn,
                plan=flows.load(conn, program_id),
                key=sent.key,
                at=at,
                path=sent.path,
                query=sent.query,
            )
            outcome = _ran(sent, call)
            if isinstance(outcome, Told) and not outcome.is_replay:
                noting.note(sent.operation, call, sent.asked, address=sent.address)
            if isinstance(outcome, Told):
                claims = [one for one in (sent.claim, sent.retold if outcome.status == 201 else None) if one]
                access.keep_results(conn, program_id, [kept(one, outcome) for one in claims], at=at)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    async def _refused(
        self,
        broken: Exception,
        operation: Operation,
        request: Asking,
        key: access.ApiKey | None,
        raw: bytes,
        sent: _Sent | None,
    ) -> Response[bytes]:
        refusal = understood(broken)
        request_id = request.scope["state"]["request_id"]
        if refusal.code == "internal":
            log.error("request %s failed", request_id, exc_info=broken)
        kept_as = await self._kept(refusal, operation, request, key, raw, sent)
        made = problem(
            refusal,
            instance=request.scope["path"].replace(SLASH, "%2F"),
            request_id=request_id,
            kept=kept_as,
            language=request.scope["state"]["language"],
            home=self.home,
            pointers=operation.pointers,
        )
        return Response(made.body, status_code=made.status, media_type=MEDIA_TYPE, headers=dict(made.headers))

    async def _kept(
        self,
        refusal: Refusal,
        operation: Operation,
        request: Asking,
        key: access.ApiKey | None,
        raw: bytes,
        sent: _Sent | None,
    ) -> str:
        """Where what was sent can be found again: in the inbox, under what exists already, or nowhere."""
        if refusal.code == "idempotency-key-reused" and sent and sent.claim:
            return f"existing:{sent.claim.key}"
        if operation.keeps_refused and belongs_in_inbox(refusal) and key is not None and raw:
            try:
                return await self._aside(lambda: self._keep(refusal, request.scope["path"], key.program_id, raw))
            except Exception:
                log.exception("the inbox took nothing of request %s", request.scope["state"]["request_id"])
        elif refusal.code in _EXISTING and sent is not None:
            return f"existing:{sent.path.get(operation.name) or getattr(sent.asked, operation.name, '')}"
        return "none"

    def _keep(self, refusal: Refusal, path: str, program_id: int, raw: bytes) -> str:
        sealed = self._sealer.seal(raw, purpose="inbox")
        with self._connections.transaction() as conn:
            inbox_id = activities.keep_refused(
                conn, program_id, path=path.replace(SLASH, "%2F"), code=refusal.code, body_sealed=sealed, at=clock.now()
            )
        return f"inbox:{inbox_id}"


def _ran(sent: _Sent, call: Call) -> Told | Refusal:
    """The answer, or a refusal before which something was written that stands; every other one is raised."""
    assert sent.operation.run is not None
    try:
        return told(sent.operation.run(call, sent.asked))
    except Refusal as refusal:
        if not refusal.leaves:
            raise
        return refusal


def _before(conn: db.Conn, sent: _Sent) -> Told | None:
    """The answer this very request got before.

    Raises:
        KeyInProgress, KeyReused: of its Idempotency-Key. Other content under a known id is for the flow to judge.
    """
    claims = {place: one for place, one in enumerate((sent.claim, sent.retold)) if one is not None}
    if not claims:
        return None
    found = again(conn, sent.key.program_id, claims)
    for place, one in sorted(found.items()):
        if isinstance(one, Told):
            return one
        if place == 0 or not isinstance(one, access.KeyReused):
            raise one
    return None


_EXISTING = frozenset(
    {"order-not-cancelled", "event-conflict", "hold-already-captured", "already-fulfilled", "already-decided"}
)


def _accepted(operation: Operation, request: Asking) -> str:
    """The media type of the answer: lines are answered in lines, unless only JSON is accepted."""
    own = batches.NDJSON if operation.many == "lines" else "application/json"
    asked = [one.partition(";")[0].strip().lower() for one in request.headers.get("accept", "").split(",")]
    if asked == [""] or {"*/*", "application/*", own} & set(asked):
        return own
    if any(media == "application/json" or media.endswith("+json") for media in asked):
        return "application/json"
    raise NotAcceptable(f"Answers are {own}; let the Accept header allow it.")


async def _read(operation: Operation, request: Asking) -> bytes:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in operation.takes:
        raise UnsupportedMediaType(f"Send 'Content-Type: {operation.takes[0]}'.")
    limit = operation.body_bytes_max
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            while True:
                message = await request.receive()
                if message["type"] != "http.request":
                    raise RequestTimeout("The body ended early.")
                parts.append(message["body"])
                size += len(message["body"])
                if size > limit:
                    raise _too_large(limit)
                if not message["more_body"]:
                    return b"".join(parts)
    except TimeoutError:
        raise RequestTimeout(f"The body did not come within {BODY_SECONDS_MAX:.0f} seconds.") from None


def _too_large(limit: int) -> ContentTooLarge:
    return ContentTooLarge(f"The body has at most {limit} bytes here.", facts={"limit_bytes": limit})


def _query(request: Asking) -> dict[str, str]:
    """A plus sign stays a plus sign: telephone numbers begin with it."""
    found = {}
    for part in request.scope["query_string"].decode("latin-1").split("&"):
        name, _, value = part.partition("=")
        if name:
            found[unquote(name)] = unquote(value)
    return found
