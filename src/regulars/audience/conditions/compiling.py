"""A condition as a Python function, written from the checked tree, never from the text, and without builtins."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .checked import (
    ROW,
    Always,
    Atom,
    Clock,
    Comparison,
    Computed,
    Constant,
    Count,
    DayPart,
    Either,
    Elapsed,
    Every,
    Membership,
    Opposite,
    Presence,
    Quantifier,
    Read,
    Rows,
    Test,
    TextTest,
    Total,
    Value,
    atoms,
)
from .fields import ENVIRONMENTS
from .model import Condition, RuleTooExpensive

Rule: TypeAlias = Callable[..., bool]
Traced: TypeAlias = Callable[..., tuple[bool, tuple[bool, ...]]]
_TEXT_CALLS = {"startsWith": "startswith", "endsWith": "endswith"}


def compiled(condition: Condition) -> Rule:
    """The condition as a function of its scope's records, then `now` and `today`, by position or by name.

    Records are mappings by field name (amounts in minor units, words by their code, absent values None or left out);
    relations are sequences of such. A record its scope may do without is an empty mapping. `now` is an aware instant,
    `today` the program's day.

    Raises (when called):
        RuleTooExpensive: a record has more rows than a loop takes; nothing was decided.
    """
    rule: Rule = _Writer(condition).function(lambda writer: writer.test(condition.test))
    return rule


def traced(condition: Condition) -> Traced:
    """The same, which also gives what each atom said, from left to right (`checked.atoms`); none is left out."""

    def body(writer: _Writer) -> str:
        found = atoms(condition.test)
        kept = [f"(a{place} := {writer.test(atom)})" for place, atom in enumerate(found)]
        names = {id(atom): f"a{place}" for place, atom in enumerate(found)}
        whole = writer.combined(condition.test, names)
        return f"(({', '.join(kept)},), {whole})[::-1]"

    function: Traced = _Writer(condition).function(body)
    return function


def _bounded(rows: Any, rows_max: int) -> Any:
    """The rows, unless there are more than a loop takes."""
    if rows is None:
        return ()
    if len(rows) > rows_max:
        raise RuleTooExpensive(
            f"There are {len(rows)} rows; a rule goes over at most {rows_max}.",
            facts={"reason": "rows", "rows": len(rows), "rows_max": rows_max},
        )
    return rows


class _Writer:
    """The text of one function and the constants it uses."""

    def __init__(self, condition: Condition) -> None:
        self._records = ENVIRONMENTS[condition.scope].records
        self._constants: dict[str, Any] = {}
        self._kept = 0

    def function(self, body: Callable[["_Writer"], str]) -> Any:
        """Write and compile it."""
        line = f"def rule({', '.join(self._records)}, now, today):\n return {body(self)}\n"
        allowed = {"__builtins__": {}, "any": any, "all": all, "sum": sum, "len": len, "bounded": _bounded}
        space = {**allowed, **self._constants}
        exec(compile(line, "<condition>", "exec"), space)  # noqa: S102 - our own words only
        return space["rule"]

    def combined(self, test: Test, names: Mapping[int, str]) -> str:
        """The rule over atoms that are already known by name."""
        match test:
            case Every(of=parts):
                return f"({' and '.join(self.combined(part, names) for part in parts)})"
            case Either(of=parts):
                return f"({' or '.join(self.combined(part, names) for part in parts)})"
            case Opposite(of=part):
                return f"(not {self.combined(part, names)})"
        return names[id(test)]

    def test(self, test: Test) -> str:
        """An expression that is True or False."""
        match test:
            case Every(of=parts):
                return f"({' and '.join(map(self.test, parts))})"
            case Either(of=parts):
                return f"({' or '.join(map(self.test, parts))})"
            case Opposite(of=part):
                return f"(not {self.test(part)})"
            case Always(value=value):
                return repr(value)
        return self._atom(test)

    def _atom(self, atom: Atom) -> str:
        guards: list[str] = []
        match atom:
            case Comparison(sign="==", left=Read() as left, right=Constant() as right):
                return f"({self._field(left)} == {self._constant(right.value)})"
            case Comparison(sign=sign, left=left, right=right):
                body = f"{self._value(left, guards)} {sign} {self._value(right, guards)}"
            case Membership(of=of, among=among):
                value = self._field(of) if isinstance(of, Read) else self._value(of, guards)
                body = f"{value} in {self._constant(frozenset(one.value for one in among))}"
            case TextTest(kind="contains", of=of, text=text):
                body = f"{self._constant(text)} in {self._value(of, guards)}"
            case TextTest(kind=kind, of=of, text=text):
                body = f"{self._value(of, guards)}.{_TEXT_CALLS[kind]}({self._constant(text)})"
            case Presence(of=of):
                body = f"{self._field(of)} is not None"
            case Quantifier(kind=kind, rows=rows, body=inner):
                call = "any" if kind == "exists" else "all"
                body = f"{call}([{self.test(inner)} {self._loop(rows)}])"
            case Always(value=value):
                return repr(value)
        return f"({' and '.join([*guards, body])})"

    def _loop(self, rows: Rows) -> str:
        held = f"{rows.holder}.get({rows.relation.name!r})"
        kept = "".join(f" if {self.test(one)}" for one in rows.filters)
        return f"for {ROW} in bounded({held}, {rows.relation.rows_max}){kept}"

    def _field(self, read: Read) -> str:
        name = read.field.name
        return f"{read.holder}.get({name!r})" if read.lacks else f"{read.holder}[{name!r}]"

    def _constant(self, value: Any) -> str:
        if type(value) in (int, bool):
            return repr(value)
        name = f"k{len(self._constants)}"
        self._constants[name] = value
        return name

    def _value(self, value: Value, guards: list[str]) -> str:
        """An expression of the value; what must be present for it goes to `guards`."""
        match value:
            case Constant(value=fixed):
                return self._constant(fixed)
            case Read(lacks=False):
                return self._field(value)
            case Read():
                self._kept += 1
                guards.append(f"(v{self._kept} := {self._field(value)}) is not None")
                return f"v{self._kept}"
            case Clock(name=name, shift=shift):
                return f"({name} + {self._constant(shift)})" if shift else name
            case DayPart(of=of, part="weekday"):
                return f"{self._value(of, guards)}.isoweekday()"
            case DayPart(of=of, part=part):
                return f"{self._value(of, guards)}.{part}"
            case Computed(sign=sign, left=left, right=right):
                return f"({self._value(left, guards)} {sign} {self._value(right, guards)})"
            case Elapsed(later=later, earlier=earlier):
                return f"({self._value(later, guards)} - {self._value(earlier, guards)})"
            case Count(rows=rows):
                return f"len([1 {self._loop(rows)}])"
            case Total(rows=rows, of=of):
                return f"sum([{self._value(of, guards)} {self._loop(rows)}])"
        raise AssertionError(value)
