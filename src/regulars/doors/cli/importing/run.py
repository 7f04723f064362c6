"""One import from the file to the summary."""

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from regulars import flows
from regulars.doors import schema
from regulars.doors.cli.lanes import Document, Goods, Purchase, Report, fed_fast, lanes_for, opened
from regulars.doors.cli.progress import Meter
from regulars.kit import clock, db, text
from regulars.kit.errors import Refusal
from regulars.records import access, activities, audit, members, programs

from . import mapping as mappings
from . import source, staging
from .documents import Reader
from .model import FILE_BYTES_MAX, WrongCall
from .model import Mapping as ColumnMapping
from .rejects import Rejects, of_refusal
from .words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to import, and where."""

    path: Path
    mapping: ColumnMapping
    program: str = ""
    new_program: str = ""
    language: str = "en"
    limit: int = 0
    is_dry: bool = False
    lanes: int = 0
    bytes_max: int = FILE_BYTES_MAX


@dataclass(slots=True, kw_only=True)
class Summary:
    """What an import did; `rejects_path` is None when every row was taken."""

    rows: int = 0
    orders_found: int = 0
    currency: str = ""
    new_members: int = 0
    report: Report = field(default_factory=Report)
    by_reason: Mapping[str, int] = field(default_factory=dict)
    rejects_path: Path | None = None
    is_stopped: bool = False
    seconds: float = 0.0
    lane_rss_bytes: int = 0


def import_purchases(
    dsn: str,
    home: Path,
    request: Request,
    *,
    tell: Callable[[str], None],
    agree: Callable[[str], bool] = lambda _: True,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Summary:
    """Import a file of purchases. Again it adds nothing; a run that was ended at any point is finished by the next.

    Raises:
        WrongCall: an option, a column or the program is not what it must be.
        ImportRefused: nothing can be read from the file.
        regulars.doors.cli.lanes.LaneEnded: the database went away; start again later.
    """
    mapping, language = request.mapping, request.language
    mappings.check(mapping)
    kind = source.look(request.path, mapping, bytes_max=request.bytes_max)
    tell(say("reading", language, name=request.path.name, encoding=kind.name))
    with ExitStack() as stack:
        place = stack.enter_context(staging.workshop(home))
        stage = stack.enter_context(source.staged(place, request.path, kind, mapping, limit=request.limit))
        places = mappings.resolve(mapping, stage.header)
        tell(_columns(places, stage.header, language))
        conn = stack.enter_context(db.connect(dsn))
        schema.check(conn)
        plan = _plan(conn, request)
        program = plan.program
        tell(say("program", language, code=program.code, currency=program.currency, zone=program.time_zone))
        orders = staging.plan(stage, places, mapping.date_format, same_order=mapping.same_order)
        tell(say("found", language, rows=stage.rows, orders=orders))
        summary = Summary(rows=stage.rows, orders_found=orders, currency=program.currency)
        if not request.is_dry and not agree(say("go", language, code=plan.program.code)):
            summary.is_stopped = True
            return summary
        reader = _reader(mapping, plan, kind.digest)
        rejects = Rejects(place)
        for flaw in stage.flaws:
            rejects.add(flaw)
        run = _Run(request=request, summary=summary, rejects=rejects, is_stopped=is_stopped)
        _note(conn, program.program_id, rows=stage.rows, orders=orders, file=kind.digest)
        run.go(conn, dsn, run.documents(stage, reader), plan)
        rejects.close()
        if rejects.rows:
            summary.rejects_path = home / "imports" / f"{request.path.stem}-rejects.csv"
            named = {name: stage.header[at] for name, at in places.items()}
            rejects.report(stage, summary.rejects_path, named=named, language=language)
    return summary


def _note(conn: db.Conn, program_id: int, **facts: object) -> None:
    by, at = access.COMMAND_LINE, clock.now()
    audit.note(conn, program_id, "purchases-imported", by=by, at=at, facts=facts)


def _reader(mapping: ColumnMapping, plan: flows.Plan, digest: str) -> Reader:
    return Reader(
        mapping=mapping,
        currency=mapping.currency or plan.program.currency,
        zone=clock.zone(mapping.time_zone or plan.program.time_zone),
        digest=digest,
    )


def _columns(places: Mapping[str, int], header: list[str], language: str) -> str:
    shown = (f"  {name:<12} {header[at]}" for name, at in places.items())
    return "\n".join((say("columns", language), *shown))


def _plan(conn: db.Conn, request: Request) -> flows.Plan:
    """The program's plan; with `new_program` the program is founded first.

    Raises:
        WrongCall: no such program, several to choose from, or another currency.
    """
    mapping = request.mapping
    found = {program.code: program for program in programs.all_of(conn)}
    if request.new_program and request.new_program not in found:
        return flows.found_program(
            conn,
            code=request.new_program,
            name={"en": request.new_program, "zh": request.new_program},
            currency=mapping.currency or "CNY",
            time_zone=mapping.time_zone or "Asia/Shanghai",
            language=request.language,
            at=clock.now(),
        )
    code = request.program or request.new_program
    if not code and len(found) == 1:
        code = next(iter(found))
    if code not in found:
        listed = ", ".join(found) or "none yet"
        raise WrongCall(f"Say which program with --program, or found one with --new-program CODE; there are: {listed}")
    program = found[code]
    if mapping.currency and mapping.currency != program.currency:
        raise WrongCall(
            f"The file is in {mapping.currency} and program {code} counts in {program.currency}: choose another "
            f"program, found one with --new-program CODE, or say --currency {program.currency} to take the amounts "
            "as they are"
        )
    return flows.load(conn, program.program_id)


@dataclass(slots=True, kw_only=True)
class _Run:
    """An import on its way."""

    request: Request
    summary: Summary
    rejects: Rejects
    is_stopped: Callable[[], bool]
    meter: Meter | None = None

    def line(self, done: int, whole: int, rate: int, left: int) -> str:
        """The plain line of progress."""
        return say("progress", self.request.language, done=done, whole=whole, rate=rate, left=left)

    def go(self, conn: db.Conn, dsn: str, documents: Iterator[Document], plan: flows.Plan) -> None:
        """Carry the documents in, or only rehearse it; `conn` holds the transaction that found the plan."""
        program_id = plan.program.program_id
        before = members.count(conn, program_id)
        if self.request.is_dry:
            conn.rollback()
        else:
            conn.commit()
        with Meter(self.summary.orders_found, self.line) as meter:
            if self.request.is_dry:
                self.rehearse(documents, plan, meter)
            else:
                self.carry_in(documents, dsn, program_id, meter)
            self.summary.seconds = meter.seconds
        if not self.request.is_dry:
            self.summary.new_members = members.count(conn, program_id) - before
        self.summary.by_reason = dict(self.rejects.by_reason)

    def documents(self, stage: staging.Stage, reader: Reader) -> Iterator[Document]:
        """Everything the file says, in time order; what cannot be understood is set apart."""
        for rows in staging.orders(stage):
            if self.is_stopped():
                self.summary.is_stopped = True
                return
            documents, flaws = reader.read(rows)
            for flaw in flaws:
                self.rejects.add(flaw)
            if not documents and self.meter is not None:
                self.meter.advance(1)
            yield from documents

    def carry_in(self, documents: Iterator[Document], dsn: str, program_id: int, meter: Meter) -> None:
        """Feed the lanes until the file or the patience ends; what was begun is finished."""
        self.meter = meter
        count = self.request.lanes or lanes_for(self.summary.orders_found)
        lanes = opened(dsn, program_id, count, self.told)
        at = clock.now()
        try:
            with fed_fast():
                for document in documents:
                    lanes.add(document, at=at)
                lanes.flush(at=at)
        finally:
            lanes.close()

    def told(self, report: Report) -> None:
        """A batch is in the books."""
        self.summary.report.add(report)
        self.summary.lane_rss_bytes = max(self.summary.lane_rss_bytes, report.rss_bytes)
        for refused in report.rejected:
            for flaw in of_refusal(refused.rows, refused.pointer, refused.code, refused.detail):
                self.rejects.add(flaw)
        if self.meter is not None:
            self.meter.advance(report.documents)

    def rehearse(self, documents: Iterator[Document], plan: flows.Plan, meter: Meter) -> None:
        """Check everything that can be checked without writing."""
        self.meter = meter
        at, people = clock.now(), set()
        for document in documents:
            report = Report(documents=1)
            if isinstance(document, Purchase):
                try:
                    activities.check(document.order, currency=plan.program.currency, at=at)
                except Refusal as refusal:
                    pointer = refusal.flaws[0].pointer if refusal.flaws else ""
                    for flaw in of_refusal(document.rows, pointer, refusal.code, refusal.detail):
                        self.rejects.add(flaw)
                    meter.advance(1)
                    continue
                report.orders, report.lines = 1, len(document.order.lines)
                report.amount_minor = document.order.total_minor
                people.add(hash(document.member))
            elif isinstance(document, Goods):
                report.returns = 1
            self.summary.report.add(report)
            meter.advance(1)
        self.summary.new_members = len(people)


def shown(summary: Summary, language: str) -> list[str]:
    """The summary as lines for people."""
    report = summary.report
    counts = [
        ("rows", text.number(summary.rows, language)),
        ("orders", text.number(report.orders, language)),
        ("returns", text.number(report.returns, language)),
        ("there", text.number(report.replayed, language)),
        ("members", text.number(summary.new_members, language)),
        ("amount", text.money(report.amount_minor, summary.currency, language)),
        ("points", text.number(report.points, language)),
        ("rejected", text.number(sum(summary.by_reason.values()), language)),
    ]
    lines = [f"{value:>16}  {say(name, language)}" for name, value in counts]
    ranked = sorted(summary.by_reason.items(), key=lambda item: -item[1])
    lines += [f"{text.number(count, language):>16}    {code}" for code, count in ranked]
    rate = round((report.orders + report.returns + report.replayed) / max(summary.seconds, 0.001))
    lines.append(say("speed", language, rate=rate, seconds=f"{summary.seconds:.1f}"))
    return lines


def resume_command() -> str:
    """The line that goes on with this import."""
    return shlex.join(["regulars", *sys.argv[1:]])
