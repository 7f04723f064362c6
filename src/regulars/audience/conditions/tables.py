"""Where the fields are in `facts.*`: the tables and sums that a statement joins, only those it needs.

Everything is counted as of `at` and `today`: the same condition asked for the same moment finds the same members.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlglot import exp

from regulars.kit.clock import NEVER, add_months
from regulars.records import members

from .checked import ROW
from .fields import RECORDS
from .vocabulary import Vocabulary

_MEASURES = {"spend": "spend_minor", "orders": "orders", "earned": "points"}
_WINDOWS: Mapping[str, Callable[[date], date | None]] = {
    "30d": lambda today: today - timedelta(days=30),
    "90d": lambda today: today - timedelta(days=90),
    "12m": lambda today: add_months(today, -12),
    "total": lambda _today: None,
}
"""The day before a window begins; every window ends with today."""


def column(table: str, name: str) -> exp.Column:
    """`"table"."name"`."""
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))


def fact(view: str, alias: str) -> exp.Table:
    """`"facts"."view" AS "alias"`."""
    named = exp.to_identifier(view, quoted=True), exp.to_identifier("facts", quoted=True)
    return exp.Table(this=named[0], db=named[1], alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))


class Tables:
    """The tables of one statement, and its parameters by name."""

    def __init__(self, vocabulary: Vocabulary, *, program_id: int, at: datetime, today: date) -> None:
        self.parameters: dict[str, Any] = {}
        self.at, self.day = at, today
        self._vocabulary = vocabulary
        self._program_id = program_id
        self._joined: dict[str, set[str]] = {}
        self._is_of_purchases = False

    def of_purchases(self) -> "Tables":
        """Of past purchases: a member's past is what came before each of them."""
        self._is_of_purchases = True
        return self

    def parameter(self, value: Any) -> exp.Expr:
        """A place for a value; days and instants keep their type in every engine."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        place = exp.Placeholder(this=name)
        if isinstance(value, datetime):
            return exp.cast(place, exp.DataType.Type.TIMESTAMPTZ)
        return exp.cast(place, exp.DataType.Type.DATE) if isinstance(value, date) else place

    def read(self, source: str) -> exp.Expr:
        """The column of a field's `source`, its table joined."""
        table, _, name = source.partition(".")
        if table not in ("member", "activity"):
            self._joined.setdefault(table, set()).add(name)
        match table:
            case "tally" | "balance":
                return exp.func("COALESCE", column(table, name), exp.Literal.number(0))
            case "holding" if name == "tier":
                lowest = [self.parameter(word.stored) for word in (self._vocabulary.listed("tier") or ())[:1]]
                return exp.func("COALESCE", column(table, "tier_id"), *lowest)
        return column(table, name)

    def rows(self, source: str, holder: str) -> exp.Select:
        """`select 1 from` the rows of a relation that belong to `holder`, as of now."""
        match source:
            case "lines":
                rows = exp.select("1").from_(fact("purchase_line", ROW))
                return rows.where(_same(ROW, holder, "member_id"), _same(ROW, holder, "order_id"))
            case "bought":
                rows = exp.select("1").from_(_bought().subquery(exp.to_identifier(ROW, quoted=True)))
            case "redemptions":
                rows = exp.select("1").from_(fact("redemption", ROW))
            case _:
                rows = exp.select("1").from_(fact("purchase", ROW))
        happened = "redeemed_at" if source == "redemptions" else "occurred_at"
        before = exp.LT(this=column(ROW, happened), expression=column("activity", "occurred_at"))
        until = before if self._is_of_purchases else self._past(ROW, happened)
        return rows.where(_same(ROW, holder, "member_id"), until)

    def members(self) -> exp.Select:
        """Everybody in the program who is not erased, with what is joined so far."""
        chosen = exp.select(column("member", "member_id")).from_(fact("member", "member"))
        return self._join(chosen.where(*self._whole("member")))

    def purchases(self) -> exp.Select:
        """All purchases of the program until now, with their members as they are now."""
        chosen = exp.select(column("activity", "member_id"), column("activity", "order_id"))
        chosen = chosen.from_(fact("purchase", "activity"))
        chosen = chosen.join(fact("member", "member"), on=_same("member", "activity", "member_id"))
        return self._join(chosen.where(*self._whole("member"), self._past("activity", "occurred_at")))

    def _whole(self, table: str) -> tuple[exp.Expr, ...]:
        erased = exp.Literal.number(members.Status.ERASED.value)
        program = exp.EQ(this=column(table, "program_id"), expression=self.parameter(self._program_id))
        return program, exp.NEQ(this=column(table, "status"), expression=erased)

    def _past(self, table: str, name: str) -> exp.Expr:
        return exp.LTE(this=column(table, name), expression=self.parameter(self.at))

    def _join(self, chosen: exp.Select) -> exp.Select:
        build: Mapping[str, Callable[[Iterable[str]], exp.Expr]] = {
            "holding": lambda _names: fact("tier_holding", "holding"),
            "profile": lambda _names: fact("profile", "profile"),
            "balance": lambda _names: self._balance(),
            "tally": self._tally,
            "history": lambda _names: self._history(),
        }
        for table, names in sorted(self._joined.items()):
            key = "account_id" if table == "balance" else "member_id"
            same = exp.EQ(this=column(table, "member_id"), expression=column("member", key))
            chosen = chosen.join(build[table](sorted(names)), on=same, join_type="left")
        return chosen

    def _tally(self, names: Iterable[str]) -> exp.Expr:
        """Sums of days, all windows in one pass."""
        chosen = exp.select(column("d", "member_id")).from_(fact("tally", "d"))
        for name in names:
            measure, _, window = name.partition("_")
            before = _WINDOWS[window](self.day)
            counted: exp.Expr = column("d", _MEASURES[measure])
            if before is not None:
                within = exp.GT(this=column("d", "on_date"), expression=self.parameter(before))
                counted = exp.case().when(within, counted).else_(exp.Literal.number(0))
            chosen = chosen.select(_named(exp.Sum(this=counted), name))
        until = exp.LTE(this=column("d", "on_date"), expression=self.parameter(self.day))
        return _grouped(chosen.where(until), "d", "tally")

    def _balance(self) -> exp.Expr:
        """Points that an account can spend: active lots less what is owed, never below zero."""
        today = self.parameter(self.day)
        usable = exp.and_(
            exp.LTE(this=column("l", "active_on"), expression=today),
            exp.GTE(this=column("l", "expires_on"), expression=today.copy()),
        )
        owed = exp.EQ(this=column("l", "active_on"), expression=self.parameter(NEVER))
        counted = exp.case().when(exp.or_(usable, owed), column("l", "remaining")).else_(exp.Literal.number(0))
        points = exp.func("GREATEST", exp.Sum(this=counted), exp.Literal.number(0))
        wallet = exp.EQ(this=column("l", "wallet_id"), expression=self.parameter(self._vocabulary.wallet_id))
        chosen = exp.select(column("l", "member_id"), _named(points, "points")).from_(fact("lot", "l")).where(wallet)
        return _grouped(chosen, "l", "balance")

    def _history(self) -> exp.Expr:
        first, last = exp.Min(this=column("o", "occurred_at")), exp.Max(this=column("o", "occurred_at"))
        chosen = exp.select(column("o", "member_id"), _named(first, "first_order_at"), _named(last, "last_order_at"))
        chosen = chosen.from_(fact("purchase", "o")).where(self._past("o", "occurred_at"))
        return _grouped(chosen, "o", "history")


def _same(one: str, other: str, name: str) -> exp.Expr:
    return exp.EQ(this=column(one, name), expression=column(other, name))


def _named(expression: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(expression, exp.to_identifier(name, quoted=True))


def _grouped(chosen: exp.Select, table: str, alias: str) -> exp.Expr:
    return chosen.group_by(column(table, "member_id")).subquery(exp.to_identifier(alias, quoted=True))


def _bought() -> exp.Select:
    """Lines with what their order knows."""
    of_order = ("occurred_at", "on_date", "store", "channel")
    of_line = {field.source for field in RECORDS["bought"].values()} - set(of_order)
    chosen = exp.select(column("l", "member_id"), *(column("l", name) for name in sorted(of_line)))
    chosen = chosen.select(*(column("o", name) for name in of_order)).from_(fact("purchase_line", "l"))
    same = exp.and_(_same("l", "o", "member_id"), _same("l", "o", "order_id"))
    return chosen.join(fact("purchase", "o"), on=same)
