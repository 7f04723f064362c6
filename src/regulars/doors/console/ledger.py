"""The program's points ledger: newest movements of everybody, totals by kind, what is outstanding and its worth."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.doors.console import csv_export, paging, people, statement
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.figures import point_value
from regulars.doors.console.parts import Choice, Column, EmptyState, Row, Table
from regulars.records import ledger

_PAGE = 40
_EXPORT_MAX = 50_000
_DAYS = 30


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page. `?kind=`, `?from=` and `?to=` narrow it, `?after=` goes on."""
    kind, from_on, to_on = _asked(request, desk)
    found = ledger.journal(
        desk.conn,
        wallet=desk.plan.wallet,
        limit=_PAGE + 1,
        before=paging.after_moment(request),
        movements=statement.KINDS.get(kind),
        from_on=from_on,
        to_on=to_on,
    )
    shown = found[:_PAGE]
    last = (shown[-1].occurred_at, shown[-1].entry_id) if len(found) > _PAGE else None
    who = people.owners(desk, list({line.member_id for line in shown}))
    return render(
        request,
        "console/ledger.html",
        {
            "lines": statement.lines(desk, desk.plan.wallet, shown, of=who),
            "choices": [
                Choice(label=label, href=paging.address(request, kind=key), is_current=key == kind)
                for key, label in statement.kind_names().items()
            ],
            "kind": kind,
            "from_on": from_on.isoformat(),
            "to_on": to_on.isoformat(),
            "export": f"{reverse('ledger_export')}?kind={kind}&from={from_on}&to={to_on}",
            "pages": paging.pager(request, _("Newest first"), last),
            "figures": _figures(desk),
            "totals": _totals(desk, from_on, to_on),
            "empty": EmptyState(
                title=_("No movements in these days"), text=_("Choose other days or another kind."), icon="coins"
            ),
        },
    )


@on_desk
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The movements as a file, narrowed like the page; members by the shop's id."""
    kind, from_on, to_on = _asked(request, desk)
    found = ledger.journal(
        desk.conn,
        wallet=desk.plan.wallet,
        limit=_EXPORT_MAX,
        movements=statement.KINDS.get(kind),
        from_on=from_on,
        to_on=to_on,
    )
    who = people.owners(desk, list({line.member_id for line in found}))
    desk.note("ledger-exported", kind=kind, from_on=str(from_on), to_on=str(to_on), lines=len(found))
    rows = [
        [who[line.member_id].external_id if line.member_id in who else "", *row]
        for line, row in zip(found, statement.rows(desk, desk.plan.wallet, found), strict=True)
    ]
    return csv_export.answer(f"points-{from_on}-{to_on}", [_("Shop's id"), *statement.head()], rows)


def _asked(request: HttpRequest, desk: Desk) -> tuple[str, date, date]:
    kind = request.GET.get("kind", "")
    to_on = _day(request.GET.get("to", "")) or desk.today
    from_on = _day(request.GET.get("from", "")) or to_on - timedelta(days=_DAYS - 1)
    return kind if kind in statement.KINDS else "", min(from_on, to_on), max(from_on, to_on)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _figures(desk: Desk) -> list[tuple[str, str, str]]:
    found = ledger.outstanding(desk.conn, wallet=desk.plan.wallet, today=desk.today, soon=desk.today)
    owed = found["available"] + found["pending"] - found["debt"]
    return [
        (_("Available points"), write.number(found["available"]), _("members can use them now")),
        (_("Pending"), write.number(found["pending"]), _("usable after the return window")),
        (_("Owed by members"), write.number(found["debt"]), _("spent before their order came back")),
        (_("Liability"), desk.worth(owed), _("at %(value)s a point") % {"value": point_value(desk)}),
    ]


def _totals(desk: Desk, from_on: date, to_on: date) -> Table:
    totals = ledger.day_totals(desk.conn, wallet=desk.plan.wallet, from_on=from_on, to_on=to_on)
    names = statement.kind_names()
    rows = []
    for kind, movements in statement.KINDS.items():
        of = [total for total in totals if total.movement in movements]
        points = -sum(t.redeemed_points for t in of) if kind == "used" else sum(t.points for t in of)
        if of:
            transfers = sum(total.transfers for total in of)
            rows.append(Row(cells=[names[kind], write.number(transfers), write.signed(points), desk.worth(points)]))
    return Table(
        caption=_("Totals by kind"),
        columns=[
            Column(label=_("Kind")),
            Column(label=_("Movements"), end=True),
            Column(label=_("Points"), end=True),
            Column(label=_("Worth"), end=True),
        ],
        rows=rows,
        empty=EmptyState(title=_("No movements in these days"), icon="coins"),
    )
