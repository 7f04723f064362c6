"""A shop with a program, a key and a test client on the real app over a real database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar.testing import TestClient
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regulars import flows
from regulars.doors.api import app, pace
from regulars.kit import crypto, db, settings
from regulars.program import earning
from regulars.records import access, ledger


@pytest.fixture(autouse=True)
def nobody_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests come from one address to one app: their wrong keys are not counted together."""
    monkeypatch.setattr(pace.Pace, "wrong_key", lambda *_told, **_more: None)


@dataclass
class Shop:
    """A program with three keys, and short ways to speak to its API."""

    client: TestClient
    dsn: str
    plan: flows.Plan
    key: str
    admin: str
    home: Path
    second: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any):
        headers = {"Authorization": f"Bearer {key or self.key}", **more.pop("headers", {})}
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if content is not None:
            headers.setdefault("Content-Type", "application/json")
        return self.client.request(method, path, content=content, headers=headers, **more)

    def get(self, path: str, **more: Any):
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any, **more: Any):
        return self.call("POST", path, body, **more)

    def member(self, **more: Any) -> str:
        body = {"external_id": f"C-{next(self.numbers)}", **more}
        answer = self.post("/v1/members", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["member_id"]

    def order(self, member_id: str | None = None, **more: Any) -> dict[str, Any]:
        """The body of an order: 100.00 CNY a minute ago."""
        body: dict[str, Any] = {
            "order_id": f"SO-{next(self.numbers)}",
            "member": {"id": member_id or self.member()},
            "currency": "CNY",
            "total_minor": 10000,
            "occurred_at": ago(minutes=1),
        }
        return {**body, **more}

    def event(self, member_id: str | None = None, **more: Any) -> dict[str, Any]:
        """The body of an event: a check-in a minute ago."""
        body: dict[str, Any] = {
            "id": f"EV-{next(self.numbers)}",
            "type": "check_in",
            "member": {"id": member_id or self.member()},
            "occurred_at": ago(minutes=1),
        }
        return {**body, **more}

    def line(self, item: str, body: dict[str, Any]) -> bytes:
        """A line of a batch."""
        return json.dumps({"item": item, **body}).encode() + b"\n"

    def batch(self, *lines: bytes, **more: Any):
        headers = {"Content-Type": "application/x-ndjson", **more.pop("headers", {})}
        return self.call("POST", "/v1/batches", b"".join(lines), headers=headers, **more)

    def reward(self, event: str, points: int, **more: Any) -> None:
        """A rule that gives points for an event."""
        label = {"en": "Thanks", "zh": "感谢"}
        params = {"event": event, "points": points, **more}
        with db.connect(self.dsn) as conn:
            earning.save(
                conn, self.plan.program.program_id, effect="event_points", params=params, label=label, by="test",
                at=datetime.now(UTC),
            )  # fmt: skip

    def buy(self, member_id: str | None = None, **more: Any) -> dict[str, Any]:
        answer = self.post("/v1/orders", self.order(member_id, **more))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def give(self, member_id: str, points: int) -> None:
        """Points that can be spent at once."""
        body = {
            "reference": f"gift-{next(self.numbers)}",
            "member_id": member_id,
            "points": points,
            "reason": "A gift",
        }
        given = self.post("/v1/adjustments", body, key=self.admin)
        if given.status_code == 202:
            path = f"/v1/adjustments/{body['reference']}/approve"
            given = self.post(path, {"member_id": member_id}, key=self.second)
        assert given.json()["state"] in {"applied", "approved"}, given.text

    def held_friends(self, count: int) -> list[str]:
        """Friends who share a device with their advocate: their referrals wait for a person."""
        terms = {"advocate_points": 100, "friend_points": 50, "keep_days": 0}
        assert self.post("/v1/referral-terms", terms, key=self.admin).status_code == 200
        code = self.post(f"/v1/members/{self.member()}/referral-code", {"device": "D"}).json()["code"]
        asked = {"referral": {"code": code, "device": "D"}}
        names = [f"C-{next(self.numbers)}" for _ in range(count)]
        answers = [self.post("/v1/members", {"external_id": name, **asked}) for name in names]
        assert [answer.status_code for answer in answers] == [202] * count
        return [answer.json()["member_id"] for answer in answers]

    def found_by_the_guard(self, verdict: str = "hold") -> tuple[str, str]:
        """A member whom a live rule found, and their case."""
        rule = {"type": "velocity", "params": {"orders": 1, "hours": 24}, "mode": "live", "verdict": verdict}
        assert self.post("/v1/guard/rules", rule, key=self.admin).status_code == 201
        member = self.member()
        for _ in range(2):
            self.buy(member)
        with db.connect(self.dsn, autocommit=True) as conn:
            flows.guard_members(conn, self.plan, at=datetime.now(UTC))
        [case] = self.get("/v1/guard/cases?state=open", key=self.admin).json()["cases"]
        assert case["member_id"] == member
        return member, case["case"]

    def new_contact(self, member: str) -> None:
        """A phone that was added to a membership a moment ago."""
        with db.connect(self.dsn, autocommit=True) as conn:
            conn.execute(
                "insert into members.identifier (program_id, kind, value, member_id, added_at) "
                "values (%s, 'phone', '+8613900139000', %s, now())",
                [self.plan.program.program_id, member],
            )

    def tonight(self) -> dict[str, Any]:
        """The times of an experience whose doors are open, and that has not begun."""
        return {"starts_at": ago(hours=-1), "ends_at": ago(hours=-3), "rank_min": 0}

    def invite(self, code: str, **more: Any) -> str:
        """The address of an experience that is open."""
        body = {"code": code, "name": {"en": "Night", "zh": "之夜"}, "capacity": 2, **self.tonight(), **more}
        assert self.post("/v1/experiences", body, key=self.admin).status_code == 201
        path = f"/v1/experiences/{code}"
        assert self.post(f"{path}/state", {"state": "open"}, key=self.admin).status_code == 200
        return path

    def invited(self, member_id: str) -> tuple[str, str]:
        """The address of an experience that the member has a seat of, and their ticket."""
        path = self.invite(f"X-{next(self.numbers)}")
        return path, self.post(f"{path}/bookings", {"member_id": member_id}).json()["ticket"]

    def allow_gifts(self, **more: int) -> None:
        """Members may give points, from their first day on."""
        giving = ledger.Giving(**{"member_days_min": 0, **more})
        with db.connect(self.dsn) as conn:
            ledger.save_wallet(conn, replace(self.plan.wallet, giving=giving))

    def balance(self, member_id: str) -> dict[str, Any]:
        return self.get(f"/v1/members/{member_id}/statement").json()["balance"]

    def picture(self) -> dict[str, Any]:
        """Everything that a refusal must leave alone."""
        tables = (
            "activities.seen", "activities.purchase", "activities.refund", "activities.event", "activities.event_type",
            "activities.parked", "ledger.entry", "ledger.lot", "ledger.hold", "ledger.adjustment", "rewards.redemption",
            "rewards.stock",
            "tiers.tally", "members.member", "members.identifier", "access.idempotency",
        )  # fmt: skip
        whole = "select md5(coalesce(string_agg(t::text, ';' order by t::text), '')) from {} as t"
        with db.connect(self.dsn) as conn:
            return {name: conn.execute(whole.format(name)).fetchone() for name in tables}

    def inbox(self) -> list[tuple[str, str, bytes]]:
        """What was refused and kept: id, code, sealed bytes."""
        with db.connect(self.dsn) as conn:
            rows = conn.execute("select inbox_id::text, code, body_sealed from activities.inbox order by received_at")
            return [(row[0], row[1], bytes(row[2])) for row in rows]

    def books(self) -> flows.Verdict:
        with db.connect(self.dsn) as conn:
            return flows.verify_books(conn)

    def connect(self) -> db.Conn:
        return db.connect(self.dsn)


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat(timespec="seconds")


def found_shop(dsn: str, home: Path, client: TestClient, **more: Any) -> Shop:
    at = datetime.now(UTC)
    with db.connect(dsn) as conn:
        plan = flows.found_program(
            conn,
            code=f"p-{uuid4().hex[:12]}",
            name={"en": "Demo", "zh": "示例"},
            currency="CNY",
            time_zone="Asia/Shanghai",
            language="en",
            at=at,
            **more,
        )
        program_id = plan.program.program_id
        _, key = access.issue(conn, program_id=program_id, label="till", scopes=[access.Scope.CHECKOUT], at=at)
        _, admin = access.issue(conn, program_id=program_id, label="office", scopes=[access.Scope.ADMIN], at=at)
        _, second = access.issue(conn, program_id=program_id, label="boss", scopes=[access.Scope.ADMIN], at=at)
    return Shop(client=client, dsn=dsn, plan=plan, key=key, admin=admin, second=second, home=home)


@pytest.fixture(scope="session")
def dsn(template: str) -> Iterator[str]:
    """One database for all tests of this door: each test has a program of its own in it."""
    name = f"api_{uuid4().hex[:12]}"
    source = conninfo_to_dict(template)["dbname"]
    with psycopg.connect(make_conninfo(template, dbname="postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(source)))
        yield make_conninfo(template, dbname=name)
        conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def client(dsn: str, home: Path) -> Iterator[TestClient]:
    with TestClient(app.create(settings.Settings(home=home), dsn)) as client:
        yield client


@pytest.fixture
def shop(client: TestClient, dsn: str, home: Path) -> Shop:
    """A program whose points can be spent at once."""
    return found_shop(dsn, home, client, return_window_days=0)


@pytest.fixture
def crowded(shop: Shop) -> Iterator[Shop]:
    """The same program on a server of its own, whose connections many at once may use up."""
    with TestClient(app.create(settings.Settings(home=shop.home), shop.dsn)) as client:
        yield replace(shop, client=client)


@pytest.fixture
def waiting_shop(client: TestClient, dsn: str, home: Path) -> Shop:
    """A program whose points wait 14 days."""
    return found_shop(dsn, home, client)


@pytest.fixture
def other(client: TestClient, dsn: str, home: Path) -> Shop:
    """Another program on the same server."""
    return found_shop(dsn, home, client, return_window_days=0)


def refusal(answer, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal, whose form is held against the contract."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["request-id"] == body["request_id"]
    assert body["type"] == f"https://regulars.example/docs/problems/{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"].startswith("/")
    assert body["retry"] == ("same-request" if status >= 500 else "after" if "retry-after" in answer.headers else "no")
    assert body["kept"].split(":")[0] in {"none", "inbox", "existing"}
    for flaw in body["errors"]:
        assert set(flaw) == {"pointer", "code", "detail"}
    return body


def kept_refusal(shop: Shop, path: str, content: Any, status: int, code: str, pointer: str | None) -> dict[str, Any]:
    """Refused, pointed at, nothing changed, and the very bytes kept sealed in the inbox."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    before = shop.picture()
    body = refusal(shop.post(path, raw), status, code)
    assert [flaw["pointer"] for flaw in body["errors"]] == ([] if pointer is None else [pointer])
    assert shop.picture() == before
    sealed = {row[0]: row for row in shop.inbox()}[body["kept"].removeprefix("inbox:")]
    assert sealed[1] == code
    assert raw not in sealed[2]
    assert crypto.sealer(shop.home).open(sealed[2], purpose="inbox") == raw
    return body
