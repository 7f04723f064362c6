"""What a condition of a scope may ask about, in the words of the catalogue: what an editor puts into its menus."""

from collections.abc import Mapping
from dataclasses import dataclass

from .fields import ENVIRONMENTS, RECORDS, RELATIONS, Field, Sort
from .model import Scope
from .vocabulary import Vocabulary, Word

_WEEKDAYS = (
    ("Monday", "周一"),
    ("Tuesday", "周二"),
    ("Wednesday", "周三"),
    ("Thursday", "周四"),
    ("Friday", "周五"),
    ("Saturday", "周六"),
    ("Sunday", "周日"),
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _numbered(names: Mapping[int, tuple[str, str]]) -> tuple[Word, ...]:
    return tuple(Word(code=str(n), stored=n, label={"en": en, "zh": zh}) for n, (en, zh) in names.items())


_PARTS: Mapping[str, tuple[tuple[str, str], tuple[Word, ...]]] = {
    "weekday": (("weekday", "星期"), _numbered(dict(enumerate(_WEEKDAYS, 1)))),
    "month": (("month", "月份"), _numbered({n: (en, f"{n} 月") for n, en in enumerate(_MONTHS, 1)})),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A field: `path` as rules write it (below `row` in rows: only its name), its sort and its label.

    `words` is its closed list, None where any value is taken; `lacks`: it may be absent.
    """

    path: str
    record: str
    sort: Sort
    label: Mapping[str, str]
    words: tuple[Word, ...] | None
    lacks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedRows:
    """Rows one may count, sum or look through: `path` as rules write it, their label, and the fields of each."""

    path: str
    record: str
    label: Mapping[str, str]
    label_one: Mapping[str, str]
    fields: tuple[Offered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """All that a scope offers."""

    fields: tuple[Offered, ...]
    rows: tuple[OfferedRows, ...]

    def field(self, path: str) -> Offered | None:
        """The field of this path."""
        return next((one for one in self.fields if one.path == path), None)

    def over(self, path: str) -> OfferedRows | None:
        """The rows of this path."""
        return next((one for one in self.rows if one.path == path), None)


def offer(scope: Scope, vocabulary: Vocabulary) -> Offer:
    """What may be asked in a scope. Every path of it makes a rule that the checker takes."""
    environment = ENVIRONMENTS[scope]
    fields = [
        one
        for record in environment.records
        for field in _fields(record, vocabulary).values()
        if field.counted or environment.looks_back
        for one in _offered(f"{record}.", record, field, vocabulary, is_optional=record in environment.optional)
    ]
    rows = [
        OfferedRows(
            path=f"{record}.{relation}",
            record=record,
            label={"en": found.en, "zh": found.zh},
            label_one={"en": found.en_one, "zh": found.zh},
            fields=tuple(
                one for field in RECORDS[found.row].values() for one in _offered("", found.row, field, vocabulary)
            ),
        )
        for record in environment.records
        for relation in environment.relations.get(record, ())
        for found in (RELATIONS[f"{record}.{relation}"],)
    ]
    return Offer(fields=tuple(fields), rows=tuple(rows))


def _fields(record: str, vocabulary: Vocabulary) -> Mapping[str, Field]:
    """The fields of a record; an event has the attributes of its type as well."""
    return {**RECORDS[record], **vocabulary.attributes} if record == "event" else RECORDS[record]


def _offered(
    before: str, record: str, field: Field, vocabulary: Vocabulary, *, is_optional: bool = False
) -> list[Offered]:
    """The field, and of a day its weekday and its month."""
    path, lacks = f"{before}{field.name}", field.lacks or is_optional
    words = vocabulary.listed(field.words) if field.words else None
    label = {"en": field.en, "zh": field.zh}
    found = [Offered(path=path, record=record, sort=field.sort, label=label, words=words, lacks=lacks)]
    if field.sort is Sort.DAY:
        for part, ((en, zh), numbered) in _PARTS.items():
            named = {"en": f"{field.en}: {en}", "zh": f"{field.zh}：{zh}"}
            place = f"{path}.{part}"
            found.append(Offered(path=place, record=record, sort=Sort.NUMBER, label=named, words=numbered, lacks=lacks))
    return found
