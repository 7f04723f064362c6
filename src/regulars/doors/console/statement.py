"""Movements of points as people read them: a sentence each, with its why; of one member or of the program."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from regulars.doors.console import csv_export, people
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import LedgerLine, Reason
from regulars.flows import counterparts
from regulars.records import ledger, members

Movement = ledger.Movement
KINDS: dict[str, tuple[Movement, ...]] = {
    "earned": (Movement.EARN,),
    "loaded": (Movement.LOAD,),
    "used": (Movement.BURN, Movement.CAPTURE),
    "returns": (Movement.CLAWBACK, Movement.RESTORE, Movement.SETTLE, Movement.WRITE_OFF),
    "expired": (Movement.EXPIRE,),
    "adjusted": (Movement.ADJUST,),
    "activated": (Movement.ACTIVATE,),
    "held": (Movement.HOLD, Movement.RELEASE, Movement.MOVE_HOLD),
    "given": (Movement.GIVE, Movement.RECEIVE),
    "kept": (Movement.CARRY, Movement.EXTEND),
}
"""What can be asked for, in the order it is offered."""


def kind_names() -> dict[str, str]:
    """Their names."""
    return {
        "": _("All"),
        "earned": _("Earned"),
        "loaded": _("Paid in"),
        "used": _("Used"),
        "returns": _("Returns"),
        "expired": _("Expired"),
        "adjusted": _("Adjusted"),
        "activated": _("Became usable"),
        "held": _("Set aside"),
        "given": _("Given and received"),
        "kept": _("Kept longer"),
    }


def movement_name(movement: Movement) -> str:
    """The name of the group a movement belongs to."""
    names = kind_names()
    return next((names[kind] for kind, movements in KINDS.items() if movement in movements), _("Other"))


def lines(
    desk: Desk,
    wallet: ledger.Wallet,
    found: Sequence[ledger.Line],
    *,
    of: Mapping[UUID, members.Member] | None = None,
) -> list[LedgerLine]:
    """As rows that open to their why. With `of` they tell whose they are instead of the balance they left."""
    shown = []
    for line in counterparts.named(desk.conn, desk.program_id, found):
        said = _said(desk, wallet, line)
        whose = of.get(line.member_id) if of else None
        notes = [text for text, points in said.details if points is None] + _by(desk, line)
        shown.append(
            LedgerLine(
                when=desk.moment(line.occurred_at),
                what=said.title,
                reference=people.title_of(whose) if whose is not None else _("Household") if of else "",
                points=desk.moved(wallet, line.points),
                is_credit=line.points > 0,
                balance="" if of else desk.counted(wallet, line.balance_points),
                reasons=[
                    Reason(text=text, points=desk.moved(wallet, points))
                    for text, points in said.details
                    if points is not None
                ],
                note=_note(notes, whose),
            )
        )
    return shown


def _note(notes: Sequence[str], whose: members.Member | None) -> str:
    """The remarks, with a way to the member where the line stands among others'."""
    text = " · ".join(notes)
    if whose is None:
        return text
    address = reverse("members_show", args=[whose.member_id])
    link = format_html('<a class="btn btn-sm" href="{}">{}</a>', address, people.title_of(whose))
    return format_html("{}<br>{}", text, link) if text else link


def rows(desk: Desk, wallet: ledger.Wallet, found: Sequence[ledger.Line]) -> Iterator[list[object]]:
    """As rows of a file: when, kind, sentence, why, points (money in units of the currency)."""
    for line in counterparts.named(desk.conn, desk.program_id, found):
        said = _said(desk, wallet, line)
        why = "; ".join(text for text, _points in said.details)
        points = plain(desk, wallet, line.points)
        yield [desk.moment(line.occurred_at), movement_name(line.movement), said.title, why, points]


def plain(desk: Desk, wallet: ledger.Wallet, points: int) -> object:
    """What a wallet counts as a plain number for a file."""
    return csv_export.money(points, desk.program.currency) if wallet.is_money else points


def head() -> list[str]:
    """The columns of `rows`."""
    return [_("When"), _("Kind"), _("What happened"), _("Why"), _("Points")]


def _said(desk: Desk, wallet: ledger.Wallet, line: ledger.Line) -> ledger.Sentence:
    return ledger.sentence(line, language=desk.language, wallet=wallet, currency=desk.program.currency)


def _by(desk: Desk, line: ledger.Line) -> list[str]:
    """Who did it by hand, what they noted, and when it was written down, where that tells more than the sentence."""
    notes = []
    if actor := line.reason.params.get("actor"):
        notes.append(_("By %(name)s") % {"name": actor})
    if approver := line.reason.params.get("approver"):
        notes.append(_("Approved by %(name)s") % {"name": approver})
    if note := line.reason.params.get("note"):
        notes.append(_("Internal note: %(note)s") % {"note": note})
    if desk.program.local_date(line.recorded_at) != desk.program.local_date(line.occurred_at):
        notes.append(_("Recorded on %(moment)s") % {"moment": desk.moment(line.recorded_at)})
    return notes
