"""A condition while it is typed: the controls of the editor, and the way from them to a sheet and back.

A draft may be unfinished; it then has no condition, but keeps what was typed and says at each part what is missing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.audience import conditions
from regulars.doors.console import condition_values as values
from regulars.doors.console.condition_words import asks

_BITS_MAX = 120
_KEY = re.compile(r"(\d{1,3})-(\d{1,3})(?:-(\d{1,3}))?-(subject|ask|typed|locked|row)")
_PLACE = re.compile(r"^(Line \d+, column \d+: |第 \d+ 行第 \d+ 列：)")


@dataclass(slots=True, kw_only=True)
class Bit:
    """One question as its controls hold it. `subject` is a field's path, or rows and what is taken of them, such as
    `member.lines#count`.

    `locked` is a formula nobody can edit here; `where` are the questions asked of each row; `wrong` is what to mend.
    """

    subject: str = ""
    ask: str = ""
    typed: list[str] = field(default_factory=list)
    locked: str = ""
    row: str = "r"
    where: list["Bit"] = field(default_factory=list)
    wrong: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text is wrong: what about it, the line with a caret below, and what was probably meant."""

    said: str
    caret: str
    line: int
    column: int
    suggestion: str


@dataclass(slots=True, kw_only=True)
class Draft:
    """Rows of alternatives, or a text. `confirmed` is the number of members somebody said yes to."""

    mode: str = "rows"
    rows: list[list[Bit]] = field(default_factory=list)
    text: str = ""
    place: Place | None = None
    confirmed: int | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is asked at all: everybody, always."""
        return not self.rows if self.mode == "rows" else not self.text.strip()


class Unfinished(Exception):
    """The draft is no condition yet; its parts say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """What drafts of one scope are read against."""

    scope: conditions.Scope
    vocabulary: conditions.Vocabulary
    zone: ZoneInfo
    language: str

    @property
    def offer(self) -> conditions.Offer:
        """What may be asked."""
        return conditions.offer(self.scope, self.vocabulary)

    def drawn(self, condition: conditions.Condition | None) -> Draft:
        """A condition as controls; what they cannot hold is locked."""
        if condition is None:
            return Draft()
        offer = self.offer
        rows = [[self._bit(chip, offer) for chip in row.either] for row in conditions.sheet(condition).rows]
        text = "" if condition.text == "true" else condition.text
        return Draft(rows=rows, text=text)

    def condition(self, draft: Draft) -> conditions.Condition | None:
        """The condition the draft stands for; None when nothing is asked.

        Raises:
            Unfinished: something is missing or makes no sense; the draft now says where.
        """
        if draft.is_empty:
            return None
        return self._of_text(draft) if draft.mode == "text" else self._of_rows(draft)

    def _of_text(self, draft: Draft) -> conditions.Condition:
        try:
            return conditions.parse(draft.text, scope=self.scope, vocabulary=self.vocabulary)
        except conditions.RuleInvalid as refused:
            facts = refused.facts
            draft.place = Place(
                said=self._said(refused, with_place=True),
                caret=facts["caret"],
                line=facts["line"],
                column=facts["column"],
                suggestion=facts.get("suggestion", ""),
            )
            raise Unfinished from refused

    def _of_rows(self, draft: Draft) -> conditions.Condition:
        offer, rows = self.offer, []
        for row in draft.rows:
            rows.append([self._chip(bit, offer) for bit in row])
        if any(chip is None for row in rows for chip in row):
            raise Unfinished
        sheet = conditions.Sheet(tuple(conditions.Row(tuple(c for c in row if c is not None)) for row in rows))
        try:
            return conditions.from_sheet(sheet, scope=self.scope, vocabulary=self.vocabulary)
        except conditions.RuleInvalid as refused:
            draft.rows[0][0].wrong = self._said(refused)
            raise Unfinished from refused

    def _chip(self, bit: Bit, offer: conditions.Offer) -> conditions.AnyChip | None:
        """The chip of a bit if it makes sense by itself; else the bit says why."""
        try:
            chip = self._read(bit, offer)
        except values.NotTyped as missing:
            bit.wrong = str(missing)
            return None
        except Unfinished:
            return None
        try:
            alone = conditions.Sheet((conditions.Row((chip,)),))
            conditions.from_sheet(alone, scope=self.scope, vocabulary=self.vocabulary)
        except conditions.RuleInvalid as refused:
            bit.wrong = self._said(refused)
            return None
        return chip

    def _read(self, bit: Bit, offer: conditions.Offer) -> conditions.AnyChip:
        if bit.locked:
            return conditions.Locked(bit.locked)
        path, _, take = bit.subject.partition("#")
        if take:
            return self._read_rows(bit, offer, path, take)
        return self._plain(bit, offer.field(path), path)

    def _plain(self, bit: Bit, asked: conditions.Offered | None, path: str) -> conditions.Chip:
        if asked is None:
            raise values.NotTyped(_("Choose what is asked."))
        ask = bit.ask.removeprefix("!") if bit.ask != "!=" else bit.ask
        spelled = values.spelled(asked, ask, bit.typed, self.zone)
        known: Any = ask
        return conditions.Chip(path, known, spelled, negated=bit.ask != ask)

    def _read_rows(self, bit: Bit, offer: conditions.Offer, path: str, take: str) -> conditions.OverRows:
        rows = offer.over(path)
        if rows is None:
            raise values.NotTyped(_("Choose what is asked."))
        where = [self._inner(one, rows, bit.row) for one in bit.where]
        if any(one is None for one in where):
            raise Unfinished
        whole = tuple(one for one in where if one is not None)
        if take == "any":
            if not whole:
                raise values.NotTyped(_("Say which of them: add what must hold."))
            return conditions.OverRows(path, take, bit.row, whole, negated=bit.ask.startswith("!"))
        ask: Any = bit.ask.removeprefix("!") if bit.ask != "!=" else bit.ask
        sort = values.taken(rows, take)
        (value,) = values.spelled(sort, ask, bit.typed, self.zone)
        return conditions.OverRows(path, take, bit.row, whole, ask, value, negated=bit.ask != ask)

    def _inner(self, bit: Bit, rows: conditions.OfferedRows, row: str) -> conditions.Chip | conditions.Locked | None:
        if bit.locked:
            return conditions.Locked(bit.locked)
        asked = next((one for one in rows.fields if one.path == bit.subject), None)
        try:
            return self._plain(bit, asked, f"{row}.{bit.subject}")
        except values.NotTyped as missing:
            bit.wrong = str(missing)
            return None

    def _bit(self, chip: conditions.AnyChip, offer: conditions.Offer) -> Bit:
        """A chip as controls, or locked when they could not give it back."""
        drawn: Bit | None = None
        match chip:
            case conditions.Chip():
                drawn = self._drawn(chip, offer.field(chip.field), chip.field)
            case conditions.OverRows():
                drawn = self._drawn_rows(chip, offer)
        if drawn is None:
            return Bit(locked=self._text_of(chip))
        return drawn

    def _drawn(self, chip: conditions.Chip, asked: conditions.Offered | None, subject: str) -> Bit | None:
        if asked is None:
            return None
        typed = values.typed(asked, chip.ask, chip.values, self.zone)
        ask = f"!{chip.ask}" if chip.negated else chip.ask
        if typed is None or ask not in asks(asked):
            return None
        return Bit(subject=subject, ask=ask, typed=typed)

    def _drawn_rows(self, chip: conditions.OverRows, offer: conditions.Offer) -> Bit | None:
        rows = offer.over(chip.rows)
        if rows is None:
            return None
        where = [self._drawn_inner(one, rows, chip.row) for one in chip.where]
        if any(one is None for one in where):
            return None
        ask = f"!{chip.ask or 'any'}" if chip.negated else chip.ask or "any"
        typed: list[str] | None = []
        if chip.take != "any":
            sort = values.taken(rows, chip.take)
            typed = values.typed(sort, chip.ask, (chip.value,), self.zone)
        if typed is None:
            return None
        whole = [one for one in where if one is not None]
        return Bit(subject=f"{chip.rows}#{chip.take}", ask=ask, typed=typed, row=chip.row, where=whole)

    def _drawn_inner(
        self, chip: conditions.Chip | conditions.Locked, rows: conditions.OfferedRows, row: str
    ) -> Bit | None:
        if isinstance(chip, conditions.Locked):
            return Bit(locked=chip.text)
        name = chip.field.removeprefix(f"{row}.")
        return self._drawn(chip, next((one for one in rows.fields if one.path == name), None), name)

    def _text_of(self, chip: conditions.AnyChip) -> str:
        alone = conditions.Sheet((conditions.Row((chip,)),))
        return conditions.from_sheet(alone, scope=self.scope, vocabulary=self.vocabulary).text

    def _said(self, refused: conditions.RuleInvalid, *, with_place: bool = False) -> str:
        said = str(refused.facts.get("zh", refused.detail)) if self.language == "zh" else refused.detail
        return said if with_place else _PLACE.sub("", said)


def posted(data: Mapping[str, Any], name: str) -> Draft:
    """The draft that a form sent under `name`."""
    given = data if isinstance(data, QueryDict) else _as_query(data)
    mode = "text" if given.get(f"{name}-mode") == "text" else "rows"
    bits: dict[tuple[int, ...], Bit] = {}
    for key in given:
        match = _KEY.fullmatch(key.removeprefix(f"{name}-")) if key.startswith(f"{name}-") else None
        if match is None or len(bits) > _BITS_MAX:
            continue
        place = tuple(int(one) for one in match.groups()[:3] if one is not None)
        bit = bits.setdefault(place, Bit())
        if match[4] == "typed":
            bit.typed = [one for one in given.getlist(key) if one != ""]
        else:
            setattr(bit, match[4], str(given[key]).strip())
    confirmed = str(given.get(f"{name}-confirmed", ""))
    return Draft(
        mode=mode,
        rows=_rows(bits),
        text=str(given.get(f"{name}-text", "")).strip(),
        confirmed=int(confirmed) if confirmed.isdecimal() else None,
    )


def _as_query(data: Mapping[str, Any]) -> QueryDict:
    made = QueryDict(mutable=True)
    for key, value in data.items():
        made.setlist(key, value if isinstance(value, list) else [value])
    return made


def _rows(bits: Mapping[tuple[int, ...], Bit]) -> list[list[Bit]]:
    for place in sorted(place for place in bits if len(place) == 3):
        if place[:2] in bits:
            bits[place[:2]].where.append(bits[place])
    tops = sorted(place for place in bits if len(place) == 2)
    return [[bits[place] for place in tops if place[0] == row] for row in dict.fromkeys(place[0] for place in tops)]


def fitted(draft: Draft, offer: conditions.Offer) -> Draft:
    """The draft after a menu was changed: what was asked and typed before is kept where it still fits."""
    return replace(draft, rows=[[_fitted(bit, offer) for bit in row] for row in draft.rows])


def _fitted(bit: Bit, offer: conditions.Offer) -> Bit:
    path, _, take = bit.subject.partition("#")
    rows = offer.over(path)
    if bit.locked or not bit.subject:
        return bit
    if not take or rows is None:
        return _fit(bit, offer.field(path))
    where = [_fit(one, next((f for f in rows.fields if f.path == one.subject), None)) for one in bit.where]
    if take == "any":
        kept = bit.ask if bit.ask in ("any", "!any") else "any"
        return replace(bit, ask=kept, typed=[], where=where or [Bit(is_new=True)])
    return replace(_fit(bit, values.taken(rows, take)), where=where)


def _fit(bit: Bit, asked: conditions.Offered | None) -> Bit:
    if bit.locked or asked is None:
        return bit
    known = asks(asked)
    ask = bit.ask if bit.ask in known else next(iter(known))
    return replace(bit, ask=ask, typed=values.fitting(asked, ask, bit.typed))


def changed(draft: Draft, what: str, drafting: Drafting) -> Draft:
    """The draft after a button of the editor: a row or an alternative more, one less, or the other mode."""
    kind, _, rest = what.partition(":")
    at = [int(one) for one in rest.split(":")] if re.fullmatch(r"\d+(:\d+)*", rest) else []
    match kind:
        case "text" | "rows":
            return _switched(draft, kind, drafting)
        case "take":
            return replace(draft, text=_mended(draft.text, drafting))
        case "row":
            draft.rows.append([Bit(is_new=True)])
        case "either" if _is_there(draft.rows, at[:1]):
            draft.rows[at[0]].append(Bit(is_new=True))
        case "where" if len(at) == 2 and _is_there(draft.rows, at):
            draft.rows[at[0]][at[1]].where.append(Bit(is_new=True))
        case "drop" if _is_there(draft.rows, at[:2]):
            _drop(draft, at)
    return draft


def _is_there(rows: Sequence[Sequence[Bit]], at: Sequence[int]) -> bool:
    return bool(at) and at[0] < len(rows) and (len(at) < 2 or at[1] < len(rows[at[0]]))


def _drop(draft: Draft, at: Sequence[int]) -> None:
    row = draft.rows[at[0]]
    if len(at) == 3:
        row[at[1]].where = _without(row[at[1]].where, at[2])
    elif len(at) == 2:
        draft.rows[at[0]] = _without(row, at[1])
    draft.rows = [row for row in draft.rows if row]


def _without(bits: Iterable[Bit], place: int) -> list[Bit]:
    return [bit for number, bit in enumerate(bits) if number != place]


def _switched(draft: Draft, mode: str, drafting: Drafting) -> Draft:
    """The same condition the other way; what cannot be read stays as it is and says why."""
    if mode == draft.mode:
        return draft
    try:
        condition = drafting.condition(draft)
    except Unfinished:
        return draft
    return replace(drafting.drawn(condition), mode=mode, confirmed=draft.confirmed)


def _mended(text: str, drafting: Drafting) -> str:
    """The text with what was probably meant in place of the word that is wrong."""
    trial = Draft(mode="text", text=text)
    try:
        drafting.condition(trial)
    except Unfinished:
        place = trial.place
        if place is not None and place.suggestion:
            return mended(text, place)
    return text


def mended(text: str, place: Place) -> str:
    """`text` with the word at `place` replaced by the suggestion; quotes stay."""
    lines = text.split("\n")
    before, rest = lines[place.line - 1][: place.column - 1], lines[place.line - 1][place.column - 1 :]
    if rest[:1] in "\"'" and len(place.suggestion) > 1:
        lines[place.line - 1] = before + re.sub(
            r"^(['\"])(?:[^'\"\\]|\\.)*\1", lambda _old: conditions.quoted(place.suggestion), rest
        )
    else:
        lines[place.line - 1] = before + re.sub(r"^(\w+|.)", lambda _old: place.suggestion, rest, count=1)
    return "\n".join(lines)
