"""What names stand for while a rule is checked: records, clocks, and the row of the loop that is being read."""

from collections.abc import Iterable, Mapping
from typing import Any

from .checked import ROW, Clock, Read, Rows, Span
from .fields import CLOCKS, COUNTERS, ENVIRONMENTS, RECORDS, RELATIONS, SORT_NAMES, Sort, calls
from .messages import nearest, refusal
from .model import RuleInvalid, Scope
from .parser import RESERVED
from .tree import Name, Node, Select
from .vocabulary import Vocabulary


class Names:
    """The names of one rule in one scope."""

    def __init__(self, source: str, spans: Mapping[int, Span], scope: Scope, vocabulary: Vocabulary) -> None:
        self.source = source
        self.vocabulary = vocabulary
        self.environment = ENVIRONMENTS[scope]
        self.row_name = ""
        self._row = ""
        self._spans = spans

    def span(self, node: Node) -> Span:
        """Where the node stands in the text."""
        return self._spans[id(node)]

    def wrong(
        self, reason: str, node: Node, *, suggestion: str = "", expected: Iterable[str] = (), **said: Any
    ) -> RuleInvalid:
        """The refusal that points at a node; where a name is not known, at that name."""
        start, end = self.span(node)
        if reason == "unknown-field":
            start = end - len(str(said["found"]))
        return refusal(reason, self.source, start, suggestion=suggestion, expected=expected, **said)

    def enter(self, node: Node, name: str, row: str) -> None:
        """Begin a loop: `name` is the row, whose fields are those of record `row`.

        Raises:
            RuleInvalid: the name is taken.
        """
        if name in RESERVED or name in self._roots():
            raise self.wrong("loop-taken", node, found=name)
        self.row_name, self._row = name, row

    def leave(self) -> None:
        """The loop is read."""
        self.row_name = self._row = ""

    def clock(self, node: Name) -> Clock:
        """`now` or `today`.

        Raises:
            RuleInvalid: no clock, or a record without a field.
        """
        if node.name in CLOCKS:
            return Clock(span=self.span(node), name=node.name, sort=CLOCKS[node.name])
        if node.name in self.environment.records or (node.name == self.row_name and node.name):
            raise self.wrong("not-truth", node, sort=SORT_NAMES[Sort.RECORD])
        raise self._unknown(node, node.name)

    def select(self, node: Select) -> Read | Rows:
        """`record.field` or `record.relation`.

        Raises:
            RuleInvalid: there is no such record or field here.
        """
        if not isinstance(node.of, Name):
            raise self.wrong("unknown-field", node, of=self.source[slice(*self.span(node.of))], found=node.field)
        owner = node.of.name
        if owner and owner == self.row_name:
            return self._field(node, self._row, ROW)
        if owner not in self.environment.records:
            raise self._unknown(node.of, owner)
        key = f"{owner}.{node.field}"
        if key in RELATIONS:
            if node.field not in self.environment.relations.get(owner, ()):
                raise self.wrong("no-counter", node, counters=COUNTERS[node.field])
            return Rows(span=self.span(node), relation=RELATIONS[key], holder=owner)
        return self._field(node, owner, owner)

    def _field(self, node: Select, record: str, holder: str) -> Read:
        fields = RECORDS[record]
        if record == "event" and self.vocabulary.attributes:
            fields = {**self.vocabulary.attributes, **fields}
        field = fields.get(node.field)
        if field is None:
            known = {**calls(fields.values()), **dict.fromkeys(self.environment.relations.get(record, ()), ())}
            raise self.wrong(
                "unknown-field",
                node,
                suggestion=nearest(node.field, known),
                expected=known,
                of=self.source[slice(*self.span(node.of))],
                found=node.field,
            )
        if not field.counted and not self.environment.looks_back:
            raise self.wrong("no-counter", node, counters=COUNTERS[field.name])
        lacks = field.lacks or holder in self.environment.optional
        return Read(span=self.span(node), field=field, holder=holder, lacks=lacks)

    def _roots(self) -> tuple[str, ...]:
        return *self.environment.records, *CLOCKS

    def _unknown(self, node: Node, name: str) -> RuleInvalid:
        known = [*self._roots(), *([self.row_name] if self.row_name else [])]
        meant = nearest(name, dict.fromkeys(known, ()))
        return self.wrong("unknown-name", node, suggestion=meant, expected=known, found=name)
