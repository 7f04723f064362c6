"""Movements of points as people read them: a sentence each, with its why; of one member or of the program."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import LedgerLine, Reason
from regulars.records import ledger

Movement = ledger.Movement
KINDS: dict[str, tuple[Movement, ...]] = {
    "earned": (Movement.EARN,),
    "used": (Movement.BURN, Movement.CAPTURE),
    "returns": (Movement.CLAWBACK, Movement.RESTORE, Movement.SETTLE),
    "expired": (Movement.EXPIRE,),
    "adjusted": (Movement.ADJUST,),
    "activated": (Movement.ACTIVATE,),
    "held": (Movement.HOLD, Movement.RELEASE),
}
"""What can be asked for, in the order it is offered."""


def kind_names() -> dict[str, str]:
    """Their names."""
    return {
        "": _("All"),
        "earned": _("Earned"),
        "used": _("Used"),
        "returns": _("Returns"),
        "expired": _("Expired"),
        "adjusted": _("Adjusted"),
        "activated": _("Became usable"),
        "held": _("Set aside"),
    }


def movement_name(movement: Movement) -> str:
    """The name of the group a movement belongs to."""
    names = kind_names()
    return next(names[kind] for kind, movements in KINDS.items() if movement in movements)


def lines(desk: Desk, found: Sequence[ledger.Line], *, references: Sequence[str] = ()) -> list[LedgerLine]:
    """As rows that open to their why. `references` stand beside the sentences, one per line."""
    shown = []
    for index, line in enumerate(found):
        said = _said(desk, line)
        shown.append(
            LedgerLine(
                when=desk.moment(line.occurred_at),
                what=said.title,
                reference=references[index] if references else "",
                points=write.signed(line.points),
                is_credit=line.points > 0,
                balance=write.number(line.balance_points) if not references else "",
                reasons=[
                    Reason(text=text, points=write.signed(points))
                    for text, points in said.details
                    if points is not None
                ],
                note=" · ".join([*(text for text, points in said.details if points is None), *_by(desk, line)]),
            )
        )
    return shown


def rows(desk: Desk, found: Sequence[ledger.Line]) -> Iterator[list[object]]:
    """As rows of a file: when, kind, sentence, why, points."""
    for line in found:
        said = _said(desk, line)
        why = "; ".join(text for text, _points in said.details)
        yield [desk.moment(line.occurred_at), movement_name(line.movement), said.title, why, line.points]


def head() -> list[str]:
    """The columns of `rows`."""
    return [_("When"), _("Kind"), _("What happened"), _("Why"), _("Points")]


def _said(desk: Desk, line: ledger.Line) -> ledger.Sentence:
    return ledger.sentence(line, language=desk.language, unit=desk.plan.wallet.unit, currency=desk.program.currency)


def _by(desk: Desk, line: ledger.Line) -> list[str]:
    """Who did it by hand, what they noted, and when it was written down, where that tells more than the sentence."""
    notes = []
    if actor := line.reason.params.get("actor"):
        notes.append(_("By %(name)s") % {"name": actor})
    if note := line.reason.params.get("note"):
        notes.append(_("Internal note: %(note)s") % {"note": note})
    if desk.program.local_date(line.recorded_at) != desk.program.local_date(line.occurred_at):
        notes.append(_("Recorded on %(moment)s") % {"moment": desk.moment(line.recorded_at)})
    return notes
