"""What a Citus cluster would refuse, read out of tables and statements without one.

Each fault is one line. `places` says where a table stands (`doors/schema/placement.py`), `volatility` what PostgreSQL
says of its functions: i(mmutable), s(table), v(olatile). Sources: docs/adr/0011-spread-by-member.md, and Citus' page
"SQL support and workarounds".
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

from regulars.doors.schema.placement import EVERYWHERE, LOCAL, LOCAL_SCHEMAS, MEMBER

Place = Callable[[str], str | None]
Scope = exp.Select | exp.Update | exp.Delete
SCOPES = (exp.Select, exp.Update, exp.Delete)

_PARAMETER = re.compile(r"%\((\w+)\)s")
_CALL = re.compile(r"([a-z_]\w*)\s*(?:\(|$)", re.IGNORECASE)
_FUNCTION = re.compile(
    r"create (?:or replace )?function (\w+)\.\w+\s*\((.*?)\)[^$]*\$\$(.*?)\$\$[^;]*;", re.IGNORECASE | re.DOTALL
)
_STEP = re.compile(r";|\b(?:begin|declare|loop|then|else|in(?= select))\b", re.IGNORECASE)
_CLOCK = {
    "now", "current_timestamp", "current_date", "current_time", "localtime", "localtimestamp", "statement_timestamp",
    "transaction_timestamp",
}  # fmt: skip
_OF_A_ZONE = {"DATE", "TIMESTAMP", "TIMESTAMPTZ", "TIME", "TIMETZ"}
_COUNTED = {"SERIAL", "BIGSERIAL", "SMALLSERIAL"}


def parse(text: str) -> list[exp.Expression]:
    """Statements of a schema, a migration or a room's queries."""
    readable = _PARAMETER.sub(":p", text).replace("%%", "%")
    return [tree for tree in sqlglot.parse(readable, dialect="postgres") if tree is not None]


def bodies(text: str) -> list[str]:
    """The statements inside the functions of our own schemas; arguments and variables read as parameters."""
    found = []
    for schema, arguments, body in _FUNCTION.findall(text):
        declared = ";".join(re.findall(r"declare(.*?)begin", body, re.IGNORECASE | re.DOTALL))
        names = [each.split()[0] for each in [*arguments.split(","), *declared.split(";")] if each.strip()]
        known = re.compile(rf"\b(?:{'|'.join(names) or '$'})\b(?!\s*\()")
        for step in map(str.strip, _STEP.split(body)):
            if schema not in LOCAL_SCHEMAS and re.match(r"(?:select|perform|with|insert|update|delete)\b", step, re.I):
                found.append(known.sub("%(p)s", re.sub(r"^perform\b", "select", step, flags=re.I)))
    return found


def name_of(table: exp.Table) -> str:
    return f"{table.db}.{table.name}"


# Tables


@dataclass
class Drawing:
    """A table as its statements draw it."""

    columns: dict[str, exp.ColumnDef] = field(default_factory=dict)
    primary: list[str] = field(default_factory=list)
    unique: list[list[str]] = field(default_factory=list)
    references: list[tuple[list[str], str, list[str]]] = field(default_factory=list)


def draw(trees: Sequence[exp.Expression]) -> dict[str, Drawing]:
    """Every table, its keys and references, also those added later; partitions are their table's."""
    found: dict[str, Drawing] = {}
    for tree in trees:
        if isinstance(tree, exp.Create) and tree.kind == "TABLE" and isinstance(tree.this, exp.Schema):
            if not tree.find(exp.PartitionedOfProperty):
                _read(found.setdefault(name_of(tree.this.this), Drawing()), tree.this.expressions)
        elif isinstance(tree, exp.Alter) and tree.args["kind"] == "TABLE":
            for action in tree.args["actions"]:
                parts = action.expressions if isinstance(action, exp.AddConstraint) else [action]
                _read(found.setdefault(name_of(tree.this), Drawing()), parts)
        elif isinstance(tree, exp.Create) and tree.kind == "INDEX" and tree.args["unique"]:
            columns = [each.name for each in tree.this.args["params"].args["columns"]]
            found.setdefault(name_of(tree.this.args["table"]), Drawing()).unique.append(columns)
    return found


def _read(drawing: Drawing, parts: Sequence[exp.Expression]) -> None:
    for part in parts:
        if isinstance(part, exp.Constraint):
            _read(drawing, part.expressions)
        elif isinstance(part, exp.ColumnDef):
            drawing.columns[part.name] = part
            for constraint in part.args.get("constraints") or []:
                _read_inline(drawing, part.name, constraint.kind)
        elif isinstance(part, exp.PrimaryKey):
            drawing.primary = [each.name for each in part.expressions]
        elif isinstance(part, exp.UniqueColumnConstraint):
            drawing.unique.append([each.name for each in part.this.expressions])
        elif isinstance(part, exp.ForeignKey):
            _refer(drawing, [each.name for each in part.expressions], part.args["reference"])


def _read_inline(drawing: Drawing, column: str, kind: exp.Expression) -> None:
    if isinstance(kind, exp.PrimaryKeyColumnConstraint):
        drawing.primary = [column]
    elif isinstance(kind, exp.UniqueColumnConstraint):
        drawing.unique.append([column])
    elif isinstance(kind, exp.Reference):
        _refer(drawing, [column], kind)


def _refer(drawing: Drawing, columns: list[str], reference: exp.Reference) -> None:
    there = reference.this
    table = there.this if isinstance(there, exp.Schema) else there
    theirs = [each.name for each in there.expressions] if isinstance(there, exp.Schema) else []
    drawing.references.append((columns, name_of(table), theirs))


def schema_faults(text: str, place: Place, volatility: Mapping[str, str]) -> list[str]:
    """What the tables of a schema or a migration break; statements among them are read as queries."""
    trees = parse(_FUNCTION.sub("", text))
    return [
        *(fault for body in bodies(text) for fault in query_faults(body, place, volatility)),
        *(
            fault
            for table, drawing in draw(trees).items()
            for fault in _table_faults(table, drawing, place, volatility)
        ),
        *(fault for tree in trees for fault in _statement_faults(tree, place)),
        *(fault for tree in trees if not _is_drawing(tree) for fault in _query_faults(tree, place, volatility)),
    ]


def _is_drawing(tree: exp.Expression) -> bool:
    return isinstance(tree, exp.Alter | exp.Command) or (isinstance(tree, exp.Create) and tree.kind != "VIEW")


def _statement_faults(tree: exp.Expression, place: Place) -> Iterator[str]:
    if isinstance(tree, exp.Command):
        yield f"cannot be read: {tree.sql()[:60]}"
    if isinstance(tree, exp.Create) and tree.kind == "TRIGGER":
        table = name_of(tree.find(exp.TriggerProperties).args["table"])
        if place(table) != LOCAL:
            yield f"{table}: a trigger"


def _table_faults(table: str, drawing: Drawing, place: Place, volatility: Mapping[str, str]) -> Iterator[str]:
    here = place(table)
    if here is None:
        yield f"{table}: nobody said where it stands"
        return
    yield from _reference_faults(table, drawing, place)
    if here == LOCAL:
        return
    for name, column in drawing.columns.items():
        for default in column.find_all(exp.DefaultColumnConstraint):
            if called := _asked(default, volatility):
                yield f"{table}: the default of {name} asks {called[0]}"
    if here == EVERYWHERE:
        if MEMBER in drawing.columns:
            yield f"{table}: is of members and stands everywhere"
        return
    yield from _key_faults(table, drawing, here)


def _key_faults(table: str, drawing: Drawing, by: str) -> Iterator[str]:
    """A spread table: its column in every key; first, where that is the member."""
    for name, column in drawing.columns.items():
        kinds = [constraint.kind for constraint in column.args.get("constraints") or []]
        is_counted = column.args["kind"].this.name in _COUNTED
        if is_counted or any(isinstance(kind, exp.GeneratedAsIdentityColumnConstraint) for kind in kinds):
            yield f"{table}: {name} is counted by a sequence"
    keys = [("primary key", drawing.primary), *(("unique", columns) for columns in drawing.unique)]
    for kind, columns in keys:
        if not (columns[:1] == [by] if by == MEMBER else by in columns):
            yield f"{table}: {kind} ({', '.join(columns)}) {'does not begin with' if by == MEMBER else 'lacks'} {by}"


def _reference_faults(table: str, drawing: Drawing, place: Place) -> Iterator[str]:
    here = place(table)
    for columns, there, theirs in drawing.references:
        to = place(there)
        carries = here == to == MEMBER and columns[0] == MEMBER and theirs[:1] in ([], [MEMBER])
        if to != EVERYWHERE and not carries and not (here == to == LOCAL):
            yield f"{table}: ({', '.join(columns)}) refers to {there} on another machine"


# Statements


def query_faults(text: str, place: Place, volatility: Mapping[str, str]) -> list[str]:
    """What a room's statement breaks."""
    return [fault for tree in parse(text) for fault in _query_faults(tree, place, volatility)]


def _query_faults(tree: exp.Expression, place: Place, volatility: Mapping[str, str]) -> Iterator[str]:
    touched = {name_of(table): place(name_of(table)) for table in tree.find_all(exp.Table) if table.db}
    yield from (f"{table}: nobody said where it stands" for table, where in touched.items() if where is None)
    if not set(touched.values()) - {LOCAL}:
        return
    yield from (f"asks {name}" for name in _asked(tree, volatility))
    yield from _mutable_faults(tree, volatility)
    if any(each.args.get("recursive") for each in tree.find_all(exp.With)):
        yield "a recursive query"
    if tree.find(exp.GroupingSets, exp.Cube, exp.Rollup):
        yield "grouping sets"
    for insert in tree.find_all(exp.Insert):
        if isinstance(insert.expression, exp.Values) and insert.expression.find(exp.Select):
            yield "a subquery inside VALUES"
    for node in tree.find_all(*SCOPES):
        yield from _Reach(node, place).faults()


def _called(node: exp.Expression) -> str:
    """The function's name as PostgreSQL knows it; empty for what is no call."""
    found = _CALL.match(node.sql(dialect="postgres"))
    return found[1].lower() if found else ""


def _asked(tree: exp.Expression, volatility: Mapping[str, str]) -> list[str]:
    """Clocks and dice: what must go in as a parameter."""
    names = {_called(node) for node in tree.find_all(exp.Func)}
    return sorted(name for name in names if name in _CLOCK or volatility.get(name) == "v")


def _mutable_faults(tree: exp.Expression, volatility: Mapping[str, str]) -> Iterator[str]:
    """In a change, only immutable functions may see a column, and only such may stand in CASE or COALESCE."""
    for change in tree.find_all(exp.Update, exp.Delete, exp.OnConflict):
        asked = [change.args.get("where"), change.args.get("returning"), *change.expressions]
        for part in filter(None, asked):
            for node in part.find_all(exp.Func):
                is_guarded = node.find_ancestor(exp.Case, exp.Coalesce) is not None
                if _is_mutable(node, volatility) and (node.find(exp.Column) or is_guarded):
                    yield f"{_called(node)} is not immutable and stands in a change"


def _is_mutable(node: exp.Func, volatility: Mapping[str, str]) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.this.name in _OF_A_ZONE and isinstance(node.this, exp.Column)
    return volatility.get(_called(node), "i") != "i"


class _Reach:
    """The tables one SELECT, UPDATE or DELETE names itself, and which of their columns are the same value."""

    def __init__(self, node: Scope, place: Place) -> None:
        self.node, self.place = node, place
        self.tables = {table.alias_or_name: name_of(table) for table in self._named() if table.db}
        self.aliases = {table.alias_or_name for table in self._named()}
        self.same: list[set[str]] = []
        for left, right in self._equalities():
            self._join({left, right})

    @property
    def spread(self) -> dict[str, str]:
        """The spread tables by alias: which group of machines they share, and the column they are spread by."""
        found = {alias: (table, self.place(table)) for alias, table in self.tables.items()}
        return {alias: f"{alias}.{by}" for alias, (_, by) in found.items() if by not in (EVERYWHERE, LOCAL, None)}

    def faults(self) -> Iterator[str]:
        """Joins across machines, locks on many of them, and columns that would have to move a row."""
        spread = self.spread
        groups = {self._group(alias) for alias in spread}
        if len(groups) > 1 or not self._are_same(list(spread.values())):
            yield f"joins {' and '.join(sorted(self.tables[alias] for alias in spread))} across machines"
        if spread and any(self.place(table) == LOCAL for table in self.tables.values()):
            yield "joins a local table with a spread one"
        if self.node.args.get("locks") and spread and not self._are_same([*spread.values(), "one value"]):
            yield f"locks {', '.join(sorted(self.tables[alias] for alias in spread))} on many machines"
        if isinstance(self.node, exp.Update):
            target = self.node.this
            by = self.place(name_of(target)) if target.db else None
            if by in {each.this.name for each in self.node.expressions}:
                yield f"changes {by}, by which {name_of(target)} is spread"
        yield from self._correlated()

    def _named(self) -> list[exp.Table]:
        args = self.node.args
        start = [args["from_"].this] if args.get("from_") else []
        if not isinstance(self.node, exp.Select):
            start = [self.node.this, *start, *(args.get("using") or [])]
        joins = [join.this for each in [self.node, *start] for join in each.args.get("joins") or []]
        return [each for each in [*start, *joins] if isinstance(each, exp.Table)]

    def _equalities(self) -> Iterator[tuple[str, str]]:
        args = self.node.args
        start = [args["from_"].this] if args.get("from_") else []
        joins = [join for each in [self.node, *start] for join in each.args.get("joins") or []]
        conditions = [join.args["on"] for join in joins if join.args.get("on")]
        conditions += [args["where"].this] if args.get("where") else []
        for condition in conditions:
            parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
            for part in parts:
                if isinstance(part, exp.EQ):
                    left, right = self._value(part.this), self._value(part.expression)
                    if left and right:
                        yield left, right

    def _value(self, node: exp.Expression) -> str:
        node = node.unnest()
        if isinstance(node, exp.Cast):
            return self._value(node.this)
        if isinstance(node, exp.Placeholder | exp.Literal):
            return "one value"
        if isinstance(node, exp.Column):
            only = next(iter(self.aliases)) if len(self.aliases) == 1 else ""
            return f"{node.table or only}.{node.name}"
        return ""

    def _join(self, pair: set[str]) -> None:
        touching = [each for each in self.same if each & pair]
        self.same = [each for each in self.same if not each & pair] + [pair.union(*touching)]

    def _are_same(self, values: list[str]) -> bool:
        return len(values) < 2 or any(set(values) <= each for each in self.same)

    def _group(self, alias: str) -> str:
        table = self.tables[alias]
        return MEMBER if self.place(table) == MEMBER else table

    def _correlated(self) -> Iterator[str]:
        """A subquery over spread tables that looks at the row outside must find it on its own machine."""
        outside = self.node.find_ancestor(*SCOPES)
        if outside is None or not self.spread:
            return
        outer = _Reach(outside, self.place)
        own = {each for node in self.node.find_all(*SCOPES) for each in _Reach(node, self.place).aliases}
        seen = {column.table for column in self.node.find_all(exp.Column)} & outer.aliases - own
        for alias in seen:
            theirs = outer.spread.get(alias, "")
            mine = list(self.spread.values())
            is_near = bool(theirs) and {outer._group(alias)} == {self._group(each) for each in self.spread}
            if not (is_near and self._are_same([*mine, theirs])):
                yield f"a subquery on {', '.join(sorted(set(self.tables.values())))} looks at {alias} across machines"
