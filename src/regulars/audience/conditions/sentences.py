"""A rule as a sentence, in English and Chinese: what the editor and every explanation read out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from regulars.kit import text

from .checked import (
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
)
from .fields import Sort
from .model import Condition
from .vocabulary import Vocabulary

_EN, _ZH = 0, 1
_PLAIN: Mapping[str, tuple[str, str]] = {
    "==": ("{left} is {right}", "{left}为{right}"),
    "!=": ("{left} is other than {right}", "{left}不为{right}"),
    "<": ("{left} is less than {right}", "{left}小于{right}"),
    "<=": ("{left} is at most {right}", "{left}至多{right}"),
    ">": ("{left} is more than {right}", "{left}大于{right}"),
    ">=": ("{left} is at least {right}", "{left}至少{right}"),
}
_TIMES: Mapping[str, tuple[str, str]] = {
    "==": ("{left} is {right}", "{left}为{right}"),
    "!=": ("{left} is not {right}", "{left}不为{right}"),
    "<": ("{left} is before {right}", "{left}早于{right}"),
    "<=": ("{left} is not after {right}", "{left}不晚于{right}"),
    ">": ("{left} is after {right}", "{left}晚于{right}"),
    ">=": ("{left} is not before {right}", "{left}不早于{right}"),
}
_AGO: Mapping[str, tuple[str, str]] = {
    "==": ("{left} was exactly {length} ago", "{left}恰在 {length}前"),
    "!=": ("{left} was not exactly {length} ago", "{left}不恰在 {length}前"),
    "<": ("{left} was more than {length} ago", "{left}距今超过 {length}"),
    "<=": ("{left} was {length} ago or more", "{left}距今至少 {length}"),
    ">": ("{left} was less than {length} ago", "{left}距今不足 {length}"),
    ">=": ("{left} was {length} ago or less", "{left}距今至多 {length}"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "and": (" and ", "，且"),
    "or": (" or ", "，或"),
    "comma": (", ", "、"),
    "open": ("(", "（"),
    "close": (")", "）"),
    "not": ("not {test}", "并非{test}"),
    "true": ("always", "始终成立"),
    "false": ("never", "始终不成立"),
    "among": ("{left} is one of {right}", "{left}为{right}之一"),
    "startsWith": ("{left} starts with {right}", "{left}以{right}开头"),
    "endsWith": ("{left} ends with {right}", "{left}以{right}结尾"),
    "contains": ("{left} contains {right}", "{left}包含{right}"),
    "has": ("{left} is known", "{left}已知"),
    "exists": ("there is {row} where {test}", "存在{row}，其{test}"),
    "all": ("for all {rows}: {test}", "所有{rows}均满足：{test}"),
    "where": ("{rows} where {test}", "{test}的{rows}"),
    "count": ("the number of {rows}", "{rows}的数量"),
    "total": ("the sum of {of} over {rows}", "{rows}的{of}合计"),
    "elapsed": ("the time from {earlier} to {later}", "{earlier}至{later}的时长"),
    "year": ("the year of {of}", "{of}的年份"),
    "month": ("the month of {of}", "{of}的月份"),
    "day": ("the day of the month of {of}", "{of}的日"),
    "weekday": ("the weekday (1 is Monday) of {of}", "{of}的星期（1 为周一）"),
    "now": ("now", "现在"),
    "today": ("today", "今天"),
    "before": ("{length} before {clock}", "{clock}之前 {length}"),
    "after": ("{length} after {clock}", "{clock}之后 {length}"),
    "none": ("not known", "未知"),
    "days": ("{count} days", "{count} 天"),
    "hours": ("{count} hours", "{count} 小时"),
    "seconds": ("{count} seconds", "{count} 秒"),
}


def sentence(condition: Condition, *, language: text.Language) -> str:
    """The whole rule in one sentence."""
    return Reader(condition.vocabulary, language).test(condition.test)


class Reader:
    """Says tests and values in one language."""

    def __init__(self, vocabulary: Vocabulary, language: text.Language) -> None:
        self._vocabulary = vocabulary
        self._language = language
        self._which = _ZH if language == "zh" else _EN

    def test(self, test: Test, *, is_inside: bool = False) -> str:
        """A test; in brackets when it is one of several `is_inside` another."""
        match test:
            case Every(of=parts):
                return self._several("and", parts, is_inside=is_inside)
            case Either(of=parts):
                return self._several("or", parts, is_inside=is_inside)
            case Opposite(of=part):
                return self._say("not", test=self._bracketed(self.test(part)))
        return self.atom(test)

    def atom(self, atom: Atom) -> str:
        """One question."""
        match atom:
            case Always(value=value):
                return self._say("true" if value else "false")
            case Comparison(left=left, right=Clock(shift=shift) as clock) if shift < timedelta() and left.sort in (
                Sort.DAY,
                Sort.INSTANT,
            ):
                length = self._length(-clock.shift)
                return _AGO[atom.sign][self._which].format(left=self.value(left), length=length)
            case Comparison(sign=sign, left=left, right=right):
                signs = _TIMES if left.sort in (Sort.DAY, Sort.INSTANT) else _PLAIN
                return signs[sign][self._which].format(left=self.value(left), right=self.value(right))
            case Membership(of=of, among=among):
                return self._say("among", left=self.value(of), right=self._listed([self.value(one) for one in among]))
            case TextTest(kind=kind, of=of, text=wanted):
                return self._say(kind, left=self.value(of), right=self._quoted(wanted))
            case Presence(of=of):
                return self._say("has", left=self.value(of))
            case Quantifier(kind="exists", rows=rows, body=body):
                asked = self.test(Every(span=atom.span, of=(*rows.filters, body)) if rows.filters else body)
                one = rows.relation.zh if self._which else rows.relation.en_one
                return self._say("exists", row=one, test=asked)
            case Quantifier(rows=rows, body=body):
                return self._say("all", rows=self._rows(rows), test=self.test(body))

    def value(self, value: Value) -> str:
        """A field by its name, a fixed value as people write it."""
        match value:
            case Constant():
                return self._constant(value)
            case Read(field=field):
                return field.zh if self._which else field.en
            case Clock(name=name, shift=shift):
                if not shift:
                    return self._say(name)
                side = "before" if shift < timedelta() else "after"
                return self._say(side, length=self._length(abs(shift)), clock=self._say(name))
            case DayPart(of=of, part=part):
                return self._say(part, of=self.value(of))
            case Computed(sign=sign, left=left, right=right):
                return f"{self._operand(left)} {'×' if sign == '*' else sign} {self._operand(right)}"
            case Elapsed(later=later, earlier=earlier):
                return self._say("elapsed", later=self.value(later), earlier=self.value(earlier))
            case Count(rows=rows):
                return self._say("count", rows=self._rows(rows))
            case Total(rows=rows, of=of):
                return self._say("total", of=self.value(of), rows=self._rows(rows))
            case Rows():
                return self._rows(value)

    def shown(self, value: Value, found: Any) -> str:
        """What a value turned out to be."""
        if found is None:
            return self._say("none")
        words = value.field.words if isinstance(value, Read) else ""
        return self._constant(Constant(span=(0, 0), sort=value.sort, value=found, words=words))

    def _constant(self, constant: Constant) -> str:
        value = constant.value
        match value:
            case str():
                word = self._vocabulary.word(constant.words, value)
                return text.pick(word.label, self._language) if constant.words and word.label else self._quoted(value)
            case datetime():
                return f"{text.day(value.date(), self._language)} {value:%H:%M} UTC"
            case date():
                return text.day(value, self._language)
            case timedelta():
                return self._length(value)
        if constant.sort is Sort.MONEY:
            return text.money(value, self._vocabulary.currency, self._language)
        return text.number(value, self._language)

    def _operand(self, value: Value) -> str:
        return self._bracketed(self.value(value)) if isinstance(value, Computed) else self.value(value)

    def _rows(self, rows: Rows) -> str:
        named = rows.relation.zh if self._which else rows.relation.en
        if not rows.filters:
            return named
        asked = rows.filters[0] if len(rows.filters) == 1 else Every(span=rows.span, of=rows.filters)
        return self._bracketed(self._say("where", rows=named, test=self.test(asked)))

    def _several(self, word: str, parts: Sequence[Test], *, is_inside: bool) -> str:
        said = self._say(word).join(self.test(part, is_inside=True) for part in parts)
        return self._bracketed(said) if is_inside else said

    def _bracketed(self, said: str) -> str:
        return f"{self._say('open')}{said}{self._say('close')}"

    def _listed(self, said: Sequence[str]) -> str:
        return self._say("comma").join(said)

    def _quoted(self, wanted: str) -> str:
        return f"“{wanted}”"

    def _length(self, length: timedelta) -> str:
        if not length.seconds and not length.microseconds:
            return self._say("days", count=text.number(length.days, self._language))
        seconds = length / timedelta(seconds=1)
        unit, size = ("hours", 3600) if seconds % 3600 == 0 else ("seconds", 1)
        return self._say(unit, count=text.number(seconds / size, self._language))

    def _say(self, word: str, **said: str) -> str:
        return _WORDS[word][self._which].format(**said)
