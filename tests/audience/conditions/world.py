"""A small world of random members: as rows of the real tables, as DuckDB tables, and as subjects for Python.

Subjects are worked out here from what was thrown, without the code under test.
"""

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb
from psycopg.types.json import Jsonb

from regulars.audience import conditions
from regulars.audience.conditions.fields import RECORDS
from regulars.kit import db

AT = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
TODAY = date(2026, 3, 31)
PROGRAM, OTHER = 1, 2
WALLET = 1
TIERS = ("basic", "silver", "gold", "platinum")
KINDS = ("product", "delivery", "gift_card", "fee")
STATES = ("issued", "fulfilled", "undone", "preparing", "shipped")
STORES = ("", "A", "B-1", "上海店")
TEXTS = ("", "a", "A", "o'neil", 'say "hi"', "50%_off", "c:\\temp", "咖啡", "coffee/beans", " coffee", "coffee")
NEVER = date(9999, 12, 31)


def word(code: str, stored: int | str) -> conditions.Word:
    return conditions.Word(code=code, stored=stored, label={"en": code.title(), "zh": f"{code}级"})


VOCABULARY = conditions.Vocabulary(
    currency="CNY",
    wallet_id=WALLET,
    words={
        "tier": tuple(word(code, number + 3) for number, code in enumerate(TIERS)),
        "store": tuple(word(code, code) for code in STORES if code),
    },
)


@dataclass
class Thrown:
    """One member as the dice made them."""

    member_id: UUID
    program_id: int
    status: int
    account_id: UUID | None
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    subject: dict[str, Any] = field(default_factory=dict)
    orders: list[tuple[UUID, dict[str, Any]]] = field(default_factory=list)


def absent(record: dict[str, Any]) -> dict[str, Any]:
    """As the room takes it: an empty text is an absent one."""
    return {key: None if value == "" else value for key, value in record.items()}


class Dice:
    """Throws members. Times are coarse, so that rules hit them exactly."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def instant(self, days: int) -> datetime:
        """Within so many days before AT, sometimes after it."""
        step = self.random.choice((timedelta(days=1), timedelta(hours=12), timedelta(microseconds=86_399_999_999)))
        return AT - self.random.randrange(-2, days) * step

    def day(self, days: int) -> date:
        return TODAY - timedelta(days=self.random.randrange(-2, days))

    def member(self, *, program_id: int, status: int) -> Thrown:
        account_id = self.uuid() if self.random.random() < 0.2 else None
        thrown = Thrown(member_id=self.uuid(), program_id=program_id, status=status, account_id=account_id)
        channel, language = self.random.choice(("", "web", "till")), self.random.choice(("en", "zh"))
        enrolled_at, enrolled_on = self.instant(700), self.day(700)
        birth_on = self.random.choice((None, date(1988, 2, 29), TODAY.replace(year=1990), self.day(20_000)))
        thrown.rows["members.member"] = [
            (thrown.member_id, program_id, status, enrolled_at, enrolled_on, 1, language, channel, thrown.account_id)
        ]
        thrown.rows["members.profile"] = [(thrown.member_id, "", birth_on, Jsonb({}))]
        if self.random.random() < 0.1:
            birth_on, thrown.rows["members.profile"] = None, []
        member = {
            "status": "frozen" if status == 2 else "active",
            "language": language,
            "channel": channel,
            "enrolled_at": enrolled_at,
            "enrolled_on": enrolled_on,
            "birth_on": birth_on,
            **self._tier(thrown),
            **self._points(thrown),
            **self._tallies(thrown),
            **self._past(thrown),
        }
        thrown.subject = {"member": absent(member), "now": AT, "today": TODAY}
        return thrown

    def _tier(self, thrown: Thrown) -> dict[str, Any]:
        if self.random.random() < 0.3:
            return {"tier": TIERS[0], "tier_since": None, "tier_review_on": None}
        number, since, review = self.random.randrange(4), self.instant(300), self.day(60)
        thrown.rows["tiers.holding"] = [(thrown.member_id, thrown.program_id, number + 3, since, review, review)]
        return {"tier": TIERS[number], "tier_since": since, "tier_review_on": review}

    def _points(self, thrown: Thrown) -> dict[str, Any]:
        lots, points = {}, 0
        for _ in range(self.random.randrange(4)):
            active_on, expires_on = self.day(60), TODAY + timedelta(days=self.random.randrange(-1, 3))
            wallet = self.random.choice((WALLET, WALLET + 1))
            lots[wallet, expires_on, active_on] = self.random.randrange(500)
        if self.random.random() < 0.2:
            lots[WALLET, NEVER, NEVER] = -self.random.randrange(1, 600)
        for (wallet, expires_on, active_on), remaining in lots.items():
            is_usable = active_on <= TODAY <= expires_on or active_on == NEVER
            points += remaining if is_usable and wallet == WALLET else 0
        thrown.rows["ledger.lot"] = [
            (thrown.account_id or thrown.member_id, *key, remaining) for key, remaining in lots.items()
        ]
        return {"points": max(0, points)}

    def _tallies(self, thrown: Thrown) -> dict[str, Any]:
        starts = {"30d": date(2026, 3, 1), "90d": date(2025, 12, 31), "12m": date(2025, 3, 31), "total": date.min}
        days = {self.day(500) for _ in range(self.random.randrange(8))} | {
            self.random.choice(list(starts.values())[:3])
        }
        sums = {name: 0 for name in RECORDS["member"] if name.rpartition("_")[2] in starts}
        rows = []
        for on in days:
            day = {"spend": self.random.randrange(-50, 300) * 1050, "earned": self.random.randrange(400), "orders": 1}
            rows.append((thrown.member_id, on, day["spend"], day["earned"], day["orders"]))
            for name in sums:
                measure, _, window = name.partition("_")
                is_after = on > starts[window] if window != "total" else True
                sums[name] += day[measure] if is_after and on <= TODAY else 0
        thrown.rows["tiers.tally"] = rows
        return sums

    def _past(self, thrown: Thrown) -> dict[str, Any]:
        orders, bought, moments = [], [], []
        for number in range(self.random.choice((0, 0, 1, 2, 5))):
            at, on, store = self.instant(120), self.day(120), self.random.choice(STORES)
            channel, source = self.random.choice(("", "web")), self.random.choice(("pos", "shop"))
            lines = [self._line() for _ in range(self.random.randrange(1, 4))]
            total = sum(line["amount"] for line in lines)
            returned, points, order_id = self.random.choice((0, total // 2, total)), total // 100, self.uuid()
            known = {"at": at, "local_date": on, "source": source, "store": store, "channel": channel, "total": total}
            names = (thrown.member_id, order_id, thrown.account_id or thrown.member_id, thrown.program_id)
            kept = (total, points, on, NEVER, store, channel, returned)
            order = {**known, "net": total - returned, "returned": returned, "points": points}
            thrown.rows.setdefault("activities.purchase", []).append(
                (*names, source, f"o{number}", at, at, on, "CNY", total, *kept)
            )
            for place, line in enumerate(lines, 1):
                back = self.random.choice((0, line["amount"]))
                kind = KINDS.index(line["kind"]) + 1
                row = (kind, line["sku"], line["title"], line["category"], line["quantity"], line["amount"])
                thrown.rows.setdefault("activities.purchase_line", []).append(
                    (thrown.member_id, order_id, place, f"l{place}", *row, line["amount"], 0, back)
                )
                if at <= AT:
                    bought.append(absent({**known, **line, "returned": back}))
            if at <= AT:
                moments.append(at)
                orders.append(absent(order))
                thrown.orders.append((order_id, {**absent(known), "lines": [absent(line) for line in lines]}))
        return {
            "orders": orders,
            "lines": bought,
            "redemptions": self._redemptions(thrown),
            "first_order_at": min(moments, default=None),
            "last_order_at": max(moments, default=None),
        }

    def _line(self) -> dict[str, Any]:
        return {
            "kind": self.random.choice(KINDS),
            "sku": self.random.choice(TEXTS),
            "title": self.random.choice(TEXTS),
            "category": self.random.choice(TEXTS),
            "quantity": self.random.randrange(1, 4),
            "amount": self.random.randrange(100) * 525,
        }

    def _redemptions(self, thrown: Thrown) -> list[dict[str, Any]]:
        found, rows = [], []
        for number in range(self.random.choice((0, 0, 1, 3))):
            at, on, state = self.instant(200), self.day(200), self.random.randrange(len(STATES))
            points, quantity = self.random.randrange(1, 500), self.random.randrange(1, 3)
            kept = (quantity, points, 0, state + 1, "code", at, on)
            rows.append((thrown.member_id, self.uuid(), thrown.program_id, self.uuid(), f"r{number}", *kept))
            if at <= AT:
                row = {"at": at, "local_date": on, "points": points, "quantity": quantity, "state": STATES[state]}
                found.append(row)
        thrown.rows["rewards.redemption"] = rows
        return found

    def incoming(self) -> dict[str, Any]:
        """An activity as it comes in, with what only then is known."""
        lines = [absent(self._line()) for _ in range(self.random.randrange(4))]
        known = {"local_hour": self.random.randrange(24), "points_paid": self.random.choice((0, 525, 1050))}
        texts = {"store": self.random.choice(STORES), "channel": self.random.choice(("", "web", "till"))}
        return absent(
            {
                "at": self.instant(3),
                "local_date": self.day(3),
                "total": sum(line["amount"] for line in lines),
                "source": self.random.choice(("pos", "shop")),
                "till": self.random.choice(("", "1", "2")),
                **texts,
                **known,
                "lines": lines,
            }
        )

    def event(self) -> dict[str, Any]:
        """An event as it comes in, without attributes."""
        day, hour = self.day(3), self.random.randrange(24)
        return {
            "at": self.instant(3),
            "local_date": day,
            "local_hour": hour,
            "source": self.random.choice(("pos", "shop")),
        }

    def counters(self) -> dict[str, int]:
        return {
            name: self.random.randrange(8) if name.startswith("orders") else self.random.randrange(60) * 525
            for name in RECORDS["counters"]
        }


def throw(seed: int, count: int) -> list[Thrown]:
    """Members of the program, and between them some who never count: erased ones, and one of another program."""
    dice = Dice(seed)
    statuses = [3 if number % 25 == 7 else 2 if number % 10 == 3 else 1 for number in range(count)]
    programs = [OTHER if number % 30 == 11 else PROGRAM for number in range(count)]
    return [dice.member(program_id=program, status=status) for program, status in zip(programs, statuses, strict=True)]


_COLUMNS = {
    "tiers.holding": "member_id, program_id, tier_id, since_at, review_on, due_on",
    "activities.purchase": "member_id, order_id, account_id, program_id, source, external_id, occurred_at, recorded_at,"
    " on_date, currency, total_minor, eligible_minor, award_points, active_on, expires_on, store, channel,"
    " returned_minor",
    "activities.purchase_line": "member_id, order_id, line_no, line_id, kind, sku, title, category, quantity,"
    " amount_minor, eligible_minor, points, returned_minor",
    "rewards.redemption": "member_id, redemption_id, program_id, reward_id, external_id, quantity, points, cost_minor,"
    " state, code, redeemed_at, on_date",
    "ledger.lot": "member_id, wallet_id, expires_on, active_on, remaining",
    "tiers.tally": "member_id, on_date, spend_minor, points, orders",
}
_FACTS = {
    "member": "member_id uuid, program_id smallint, status smallint, enrolled_at timestamptz, enrolled_on date,"
    " language text, channel text, account_id uuid",
    "profile": "member_id uuid, birth_on date",
    "tier_holding": "member_id uuid, program_id smallint, tier_id smallint, since_at timestamptz, review_on date",
    "tally": "member_id uuid, on_date date, spend_minor bigint, points bigint, orders integer",
    "lot": "member_id uuid, wallet_id smallint, expires_on date, active_on date, remaining bigint",
    "purchase": "member_id uuid, order_id uuid, program_id smallint, source text, occurred_at timestamptz,"
    " on_date date, total_minor bigint, returned_minor bigint, net_minor bigint, award_points bigint, store text,"
    " channel text",
    "purchase_line": "member_id uuid, order_id uuid, kind smallint, sku text, title text, category text,"
    " quantity integer, amount_minor bigint, returned_minor bigint",
    "redemption": "member_id uuid, quantity integer, points bigint, state smallint, redeemed_at timestamptz,"
    " on_date date",
}


def settle(conn: db.Conn, world: list[Thrown]) -> None:
    """Write the members into the real tables."""
    for program_id in (PROGRAM, OTHER):
        conn.execute(
            "insert into programs.program (program_id, code, name, currency, time_zone, language, created_at)"
            " overriding system value values (%s, %s, '{}', 'CNY', 'Asia/Shanghai', 'zh', %s)",
            (program_id, f"p{program_id}", AT),
        )
    tables = list(dict.fromkeys(table for thrown in world for table in thrown.rows))
    for table in sorted(tables, key=lambda name: name != "members.member"):
        rows = [row for thrown in world for row in thrown.rows.get(table, ())]
        if rows:
            columns = f"({_COLUMNS[table]})" if table in _COLUMNS else ""
            places = ", ".join(["%s"] * len(rows[0]))
            with conn.cursor() as cursor:
                cursor.executemany(f"insert into {table} {columns} values ({places})", rows)


def copy_facts(conn: db.Conn) -> duckdb.DuckDBPyConnection:
    """The published views as DuckDB tables."""
    duck = duckdb.connect()
    duck.execute("create schema facts")
    for view, columns in _FACTS.items():
        names = ", ".join(column.split()[0] for column in columns.split(","))
        duck.execute(f"create table facts.{view} ({columns})")
        rows = [list(row) for row in conn.execute(f"select {names} from facts.{view}")]
        if rows:
            places = ", ".join("?" * len(rows[0]))
            duck.executemany(f"insert into facts.{view} values ({places})", rows)
    return duck


def shown(subject: Any) -> str:
    """A subject for the message of a failing test."""
    return json.dumps(subject, default=str, ensure_ascii=False)
