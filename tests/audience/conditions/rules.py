"""Random rules over everything in the catalogue, each written twice: in our language and in CEL.

In CEL an absent operand is an error; there each atom asks first whether its fields are there, which is what our
language means. Records are flat variables there (`member_tier`, `has_member_tier`), amounts are minor units, the times
of rows are numbers. What CEL cannot say (sums over rows) has no second text.
"""

import json
import random
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from regulars.audience.conditions.fields import ENVIRONMENTS, RECORDS, RELATIONS, Field, Sort

from .world import AT, KINDS, STATES, STORES, TEXTS, TIERS, TODAY

WORDS = {
    "tier": TIERS,
    "store": tuple(store for store in STORES if store),
    "status": ("active", "frozen"),
    "language": ("en", "zh"),
    "line_kind": KINDS,
    "redemption_state": STATES,
}
OPEN = {"channel": ("web", "till", "phone"), "source": ("pos", "shop")}
SIGNS = ("==", "!=", "<", "<=", ">", ">=")
ROW = "r"
DAY_MICROS = 86_400_000_000


class Rule(NamedTuple):
    """A condition in both languages; `cel` is empty where CEL has no words for it."""

    text: str
    cel: str


class Rules:
    """Throws rules of one scope."""

    def __init__(self, seed: int, scope: str, *, only_stored: bool = False) -> None:
        self.random = random.Random(seed)
        self.environment = ENVIRONMENTS[scope]
        self._only_stored = only_stored

    def rule(self, depth: int = 4) -> Rule:
        """Any condition."""
        return self._combined(self.random.randrange(depth + 1), self._atom)

    def _combined(self, depth: int, atom) -> Rule:
        if depth == 0 or self.random.random() < 0.15:
            return atom()
        one = self._combined(depth - 1, atom)
        if self.random.random() < 0.25:
            return self._joined("!({})", one)
        two = self._combined(depth - 1, atom)
        return self._joined(self.random.choice(("({} && {})", "({} || {})", "{} && {}", "{} || {}")), one, two)

    @staticmethod
    def _joined(pattern: str, *parts: Rule) -> Rule:
        cel = pattern.format(*(part.cel for part in parts)) if all(part.cel for part in parts) else ""
        return Rule(pattern.format(*(part.text for part in parts)), cel)

    def _atom(self) -> Rule:
        relations = [(record, name) for record, names in self.environment.relations.items() for name in names]
        if relations and self.random.random() < 0.3:
            return self._loop(*self.random.choice(relations))
        record = self.random.choice(self.environment.records)
        return self._of_field(record, self._field(record), record)

    def _field(self, record: str, *sorts: Sort) -> Field:
        return self.random.choice(
            [
                field
                for field in RECORDS[record].values()
                if (not sorts or field.sort in sorts)
                and (field.counted or self.environment.looks_back)
                and (field.source or not self._only_stored)
            ]
        )

    def _loop(self, record: str, name: str) -> Rule:
        row = RELATIONS[f"{record}.{name}"].row
        rows = Rule(f"{record}.{name}", f"{record}_{name}")
        for _ in range(self.random.randrange(3)):
            rows = self._joined(f"{{}}.filter({ROW}, {{}})", rows, self._inside(row))
        what = self.random.randrange(4)
        if what == 0:
            return self._joined(f"{{}}.exists({ROW}, {{}})", rows, self._inside(row))
        if what == 1:
            return self._joined(f"{{}}.all({ROW}, {{}})", rows, self._inside(row))
        sign = self.random.choice(SIGNS)
        if what == 2:
            return self._joined(f"{{}}.size() {sign} {self.random.randrange(3)}", rows)
        field = self._field(row, Sort.MONEY, Sort.NUMBER)
        bound = self._money()[0] if field.sort is Sort.MONEY else str(self.random.randrange(900))
        factor = self.random.choice(("", " * 2", f" + {ROW}.{field.name}"))
        return Rule(f"{rows.text}.sum({ROW}, {ROW}.{field.name}{factor}) {sign} {bound}", "")

    def _inside(self, row: str) -> Rule:
        return self._combined(self.random.randrange(3), lambda: self._of_field(ROW, self._field(row), row))

    def _of_field(self, holder: str, field: Field, record: str) -> Rule:
        ours = f"{holder}.{field.name}"
        is_row = holder == ROW
        cel = ours if is_row else f"{holder}_{field.name}"
        lacks = field.lacks or record in self.environment.optional
        there = (f"has({ours})" if is_row else f"has_{cel}") if lacks else ""
        if self.random.random() < 0.06:
            return Rule(f"has({ours})", there or "true")
        match field.sort:
            case Sort.TEXT:
                text, second = self._of_text(ours, cel, field)
            case Sort.NUMBER:
                text, second = self._of_number(ours, cel)
            case Sort.MONEY:
                text, second = self._of_money(ours, cel)
            case Sort.DAY:
                text, second = self._of_day(ours, cel, is_row=is_row)
            case _:
                text, second = self._of_instant(ours, cel, is_row=is_row)
        return Rule(text, f"({there} && {second})" if there and second else second)

    def _of_text(self, ours: str, cel: str, field: Field) -> tuple[str, str]:
        known = WORDS.get(field.words) or OPEN.get(field.words) or tuple(text for text in TEXTS if text)
        if field.words not in WORDS and self.random.random() < 0.5:
            call, text = self.random.choice(("startsWith", "endsWith", "contains")), self.random.choice(known)
            piece = json.dumps(self.random.choice((text, text[:1], text[-2:])), ensure_ascii=False)
            return f"{ours}.{call}({piece})", f"{cel}.{call}({piece})"
        if self.random.random() < 0.4:
            some = json.dumps(self.random.sample(known, min(2, len(known))), ensure_ascii=False)
            return f"{ours} in {some}", f"{cel} in {some}"
        rest = f"{self.random.choice(('==', '!='))} {json.dumps(self.random.choice(known), ensure_ascii=False)}"
        return f"{ours} {rest}", f"{cel} {rest}"

    def _of_number(self, ours: str, cel: str) -> tuple[str, str]:
        number = self.random.choice((0, 1, 2, 3, 100, 250, 1000))
        if self.random.random() < 0.15:
            return f"{ours} in [{number}, 2, 5]", f"{cel} in [{number}, 2, 5]"
        pattern = self.random.choice(
            ("{}", "{}", "{} * 3 - 4", "-{}", "{} + {} * 2", "7 - {}", "9 - ({} - 3)", "({} + 1) * 2")
        )
        rest = f"{self.random.choice(SIGNS)} {self.random.choice(('', '-'))}{number}"
        return f"{pattern.format(ours, ours)} {rest}", f"{pattern.format(cel, cel)} {rest}"

    def _money(self) -> tuple[str, int]:
        minor = self.random.choice((0, 1, 525, 10_500, 21_000, 52_500))
        text = self.random.choice((f"{Decimal(minor) / 100:.2f}", str(minor // 100)))
        return text, int(Decimal(text) * 100)

    def _of_money(self, ours: str, cel: str) -> tuple[str, str]:
        text, minor = self._money()
        sign, pattern = self.random.choice(SIGNS), self.random.choice(("{}", "{}", "{} * 2", "{} + {}", "-{}"))
        if self.random.random() < 0.1:
            return f"{ours} in [{text}, 5.25]", f"{cel} in [{minor}, 525]"
        return f"{pattern.format(ours, ours)} {sign} {text}", f"{pattern.format(cel, cel)} {sign} {minor}"

    def _of_day(self, ours: str, cel: str, *, is_row: bool) -> tuple[str, str]:
        sign, days = self.random.choice(SIGNS), self.random.choice((0, 1, 30, 90, 365))
        day = TODAY - timedelta(days=days)
        length = str(days) if is_row else f'duration("{days * 24}h")'
        today = "today_number" if is_row else "today"
        fixed = str(day.toordinal()) if is_row else f'timestamp("{day}T00:00:00Z")'
        part = self.random.choice(("year", "month", "day", "weekday"))
        number = getattr(day, part) if part != "weekday" else day.isoweekday()
        parts = {
            "year": f"{cel}.getFullYear() {sign} {number}",
            "month": f"{cel}.getMonth() + 1 {sign} {number}",
            "day": f"{cel}.getDate() {sign} {number}",
            "weekday": f"({cel}.getDayOfWeek() == 0 ? 7 : {cel}.getDayOfWeek()) {sign} {number}",
        }
        return self.random.choice(
            (
                (f"today - {ours} {sign} days({days})", f"{today} - {cel} {sign} {length}"),
                (f"{ours} - today {sign} days({days})", f"{cel} - {today} {sign} {length}"),
                (f"days({days}) {sign} today - {ours}", f"{length} {sign} {today} - {cel}"),
                (f'{ours} {sign} date("{day}")', f"{cel} {sign} {fixed}"),
                (f"{ours} {sign} today - days({days})", f"{cel} {sign} {today} - {length}"),
                (f'{ours} - date("{day}") {sign} days({days})', f"{cel} - {fixed} {sign} {length}"),
                (f"{ours}.{part} {sign} {number}", "" if is_row else parts[part]),
                (f"{ours}.{part} {sign} today.{part}", "" if is_row else parts[part] if days == 0 else ""),
            )
        )

    def _of_instant(self, ours: str, cel: str, *, is_row: bool) -> tuple[str, str]:
        sign, days = self.random.choice(SIGNS), self.random.choice((0, 1, 7, 30, 90))
        at = AT - timedelta(days=days)
        length = str(days * DAY_MICROS) if is_row else f'duration("{days * 24}h")'
        now = "now_micros" if is_row else "now"
        stamp = at.isoformat().replace("+00:00", "Z")
        fixed = str(micros(at)) if is_row else f'timestamp("{stamp}")'
        return self.random.choice(
            (
                (f"now - {ours} {sign} days({days})", f"{now} - {cel} {sign} {length}"),
                (f'now - {ours} {sign} duration("{days * 24}h")', f"{now} - {cel} {sign} {length}"),
                (f"{ours} - now {sign} days({days})", f"{cel} - {now} {sign} {length}"),
                (f'{ours} {sign} timestamp("{stamp}")', f"{cel} {sign} {fixed}"),
                (f"{ours} {sign} now - days({days})", f"{cel} {sign} {now} - {length}"),
                (f'{ours} - timestamp("{stamp}") {sign} days({days})', f"{cel} - {fixed} {sign} {length}"),
            )
        )


def micros(at) -> int:
    """Microseconds since 1970."""
    return (at - AT.replace(year=1970, month=1, day=1, hour=0, minute=0)) // timedelta(microseconds=1)
