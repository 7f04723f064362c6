"""Why a rule did or did not match: every atom with its answer and the values that made it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from regulars.kit.text import Language

from .checked import (
    ROW,
    Atom,
    Constant,
    Count,
    Either,
    Every,
    Opposite,
    Presence,
    Quantifier,
    Read,
    Test,
    Total,
    Value,
    operands,
    reads,
)
from .evaluating import Subject, found, holds, kept
from .model import Condition
from .sentences import Reader


class Verdict(StrEnum):
    """An answer. `absent` counts as no; it says that a value was missing, so nobody could tell."""

    YES = "yes"
    NO = "no"
    ABSENT = "absent"


class Shape(StrEnum):
    """How the parts below make the answer."""

    ALL = "all"
    ANY = "any"
    NOT = "not"
    ATOM = "atom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of the rule: what it asks, in words, its answer, and what was found. `text` is how the rule writes it."""

    shape: Shape
    verdict: Verdict
    sentence: str
    text: str
    found: tuple[tuple[str, str], ...] = ()
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer, the rule in words, its parts, and the sentences that decided it.

    `absent` names the fields that were missing, as rules write them: callers count them.
    """

    matched: bool
    sentence: str
    because: tuple[str, ...]
    absent: tuple[str, ...]
    part: Part


def explain(condition: Condition, subject: Subject, *, language: Language) -> Explanation:
    """Why the condition does or does not match a subject: its records by name, and `now` and `today`.

    A mapping that lacks a record or a field is a subject without them. Loops go over all rows.
    """
    reader = Reader(condition.vocabulary, language)
    part = _Judge(condition, subject, reader).part(condition.test)
    blamed = dict.fromkeys(_line(atom, language) for atom in _deciding(part))
    return Explanation(
        matched=part.verdict is Verdict.YES,
        sentence=part.sentence,
        because=tuple(blamed),
        absent=tuple(dict.fromkeys(_missing(condition, condition.test, subject))),
        part=part,
    )


class _Judge:
    def __init__(self, condition: Condition, subject: Subject, reader: Reader) -> None:
        self._condition = condition
        self._subject = subject
        self._reader = reader

    def part(self, test: Test) -> Part:
        """The test and all below it."""
        match test:
            case Every(of=tests):
                return self._made(test, Shape.ALL, tuple(map(self.part, tests)))
            case Either(of=tests):
                return self._made(test, Shape.ANY, tuple(map(self.part, tests)))
            case Opposite(of=inner):
                return self._made(test, Shape.NOT, (self.part(inner),))
        return self._made(test, Shape.ATOM, (), tuple(self._found(test)))

    def _made(
        self, test: Test, shape: Shape, parts: tuple[Part, ...], values: tuple[tuple[str, str], ...] = ()
    ) -> Part:
        verdict = Verdict.YES if holds(test, self._subject) else Verdict.NO
        if verdict is Verdict.NO and not isinstance(test, Every | Either | Opposite | Presence):
            is_absent = any(found(one, self._subject) is None for one in operands(test))
            verdict = Verdict.ABSENT if is_absent else verdict
        said = self._reader.test(test)
        text = self._condition.text[slice(*test.span)]
        return Part(shape=shape, verdict=verdict, sentence=said, text=text, found=values, parts=parts)

    def _found(self, atom: Atom) -> Iterator[tuple[str, str]]:
        """Names and values of everything the atom looked at."""
        if isinstance(atom, Quantifier):
            rows = kept(atom.rows, self._subject)
            passed = sum(holds(atom.body, {**self._subject, ROW: row}) for row in rows)
            yield self._reader.value(atom.rows), f"{passed} / {len(rows)}"
        for operand in operands(atom):
            for value in self._looked_at(operand):
                yield self._reader.value(value), self._reader.shown(value, found(value, self._subject))

    def _looked_at(self, value: Value) -> Iterator[Value]:
        yield from reads(value)
        if not isinstance(value, Read | Constant) and (reads(value) or isinstance(value, Count | Total)):
            yield value


def _deciding(part: Part) -> Iterator[Part]:
    """The atoms without which the answer would be another."""
    match part.shape:
        case Shape.ATOM:
            yield part
        case Shape.NOT:
            yield from _deciding(part.parts[0])
        case _:
            is_yes = part.verdict is Verdict.YES
            agreeing = [one for one in part.parts if (one.verdict is Verdict.YES) == is_yes]
            for one in agreeing:
                yield from _deciding(one)


def _line(atom: Part, language: Language) -> str:
    """One atom: yes or no, and what was found."""
    marks = {Verdict.YES: "✓", Verdict.NO: "✗", Verdict.ABSENT: "?"}
    colon, comma = ("：", "，") if language == "zh" else (": ", ", ")
    values = comma.join(f"{name}{colon}{value}" for name, value in atom.found)
    opened, closed = ("（", "）") if language == "zh" else (" (", ")")
    return f"{marks[atom.verdict]} {atom.sentence}" + (f"{opened}{values}{closed}" if values else "")


def _missing(condition: Condition, test: Test, subject: Subject) -> Iterator[str]:
    match test:
        case Every(of=tests) | Either(of=tests):
            for one in tests:
                yield from _missing(condition, one, subject)
        case Opposite(of=inner):
            yield from _missing(condition, inner, subject)
        case _:
            for operand in operands(test):
                for read in reads(operand):
                    if found(read, subject) is None:
                        yield condition.text[slice(*read.span)]
