"""Members as subjects, read from the published facts: what a preview shows and an explanation needs."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlglot import exp

from regulars.kit.db import Conn

from .checked import ROW, Read, Rows, inside
from .fields import RECORDS, Field, Relation, Sort
from .model import Condition, Scope
from .tables import Tables, column
from .vocabulary import Vocabulary


def members(
    conn: Conn, condition: Condition, member_ids: Iterable[UUID], *, program_id: int, at: datetime, today: date
) -> dict[UUID, Mapping[str, Any]]:
    """The subjects a segment's condition needs of these members, with the fields and relations it looks at, as of `at`.

    Erased members and those of other programs are left out. A few statements, however many members.
    """
    assert condition.scope is Scope.SEGMENT
    nodes = list(inside(condition.test))
    fields = {node.field.name: node.field for node in nodes if isinstance(node, Read) and node.holder == "member"}
    relations = {node.relation.name: node.relation for node in nodes if isinstance(node, Rows)}
    reading = _Reading(conn, condition.vocabulary, list(member_ids), program_id=program_id, at=at, today=today)
    found = reading.records(fields.values())
    for relation in relations.values():
        rows = reading.rows(relation)
        for member_id, record in found.items():
            record[relation.name] = rows.get(member_id, [])
    return {member_id: {"member": record, "now": at, "today": today} for member_id, record in found.items()}


class _Reading:
    """Members being read, as of one moment."""

    def __init__(
        self, conn: Conn, vocabulary: Vocabulary, ids: list[UUID], *, program_id: int, at: datetime, today: date
    ) -> None:
        self._conn = conn
        self._vocabulary = vocabulary
        self._ids = ids
        self._asked: Mapping[str, Any] = {"program_id": program_id, "at": at, "today": today}

    def records(self, fields: Iterable[Field]) -> dict[UUID, dict[str, Any]]:
        """Their own fields."""
        wanted, tables = list(fields), self._tables()
        columns = [exp.alias_(tables.read(field.source), field.name, quoted=True) for field in wanted]
        chosen = tables.members().select(*columns).where(self._among(tables))
        return {row[0]: self._record(wanted, row[1:]) for row in self._run(chosen, tables)}

    def rows(self, relation: Relation) -> dict[UUID, list[dict[str, Any]]]:
        """Rows of a relation by member."""
        wanted, tables = list(RECORDS[relation.row].values()), self._tables()
        names = [exp.alias_(column(ROW, field.source), field.name, quoted=True) for field in wanted]
        rows = tables.rows(relation.source, "member").select(*names, append=False).subquery()
        alias = exp.TableAlias(this=exp.to_identifier("r", quoted=True))
        chosen = tables.members().where(self._among(tables))
        chosen = chosen.join(exp.Lateral(this=rows, alias=alias), join_type="cross")
        chosen = chosen.select(*(column("r", field.name) for field in wanted))
        found: dict[UUID, list[dict[str, Any]]] = {}
        for row in self._run(chosen, tables):
            found.setdefault(row[0], []).append(self._record(wanted, row[1:]))
        return found

    def _tables(self) -> Tables:
        return Tables(self._vocabulary, **self._asked)

    def _among(self, tables: Tables) -> exp.Expr:
        ids = exp.cast(tables.parameter(self._ids), exp.DataType.build("uuid[]", dialect="postgres"))
        return exp.EQ(this=column("member", "member_id"), expression=exp.Any(this=exp.paren(ids)))

    def _run(self, chosen: exp.Select, tables: Tables) -> list[tuple[Any, ...]]:
        return list(self._conn.execute(chosen.sql("postgres", comments=False), tables.parameters))

    def _record(self, fields: Iterable[Field], values: Iterable[Any]) -> dict[str, Any]:
        return {field.name: self._told(field, value) for field, value in zip(fields, values, strict=True)}

    def _told(self, field: Field, value: Any) -> Any:
        """As rules see it: words by their code, whole numbers, an empty text as absent."""
        if value is None or (value == "" and field.lacks):
            return None
        if field.sort in (Sort.NUMBER, Sort.MONEY):
            return int(value)
        if field.words:
            known = (word.code for word in self._vocabulary.listed(field.words) or () if word.stored == value)
            return next(known, value)
        return value
