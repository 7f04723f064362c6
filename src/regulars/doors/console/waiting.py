"""What waits: returns and completions without their order, orders and events without their member, look-alikes."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import events, people, refusals
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Column, EmptyState, Row, Table
from regulars.kit.errors import Refusal
from regulars.records import activities, members

_MAX = 200


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page."""
    found = activities.waiting(desk.conn, desk.program_id, limit=_MAX)
    return render(
        request,
        "console/waiting.html",
        {
            "suspects": _suspects(desk),
            "returns": _returns(desk, [one for one in found if one.kind == "return"]),
            "orders": _orders(desk, [one for one in found if one.kind == "order"]),
            "events": _events(desk, [one for one in found if one.kind == "event"]),
            "completions": _completions(desk, [one for one in found if one.kind == "completion"]),
        },
    )


def _suspects(desk: Desk) -> Table:
    pairs = activities.suspects(desk.conn, limit=_MAX)
    who = members.several(desk.conn, desk.program_id, list({pair[0] for pair in pairs}))
    asked = [(member_id, order) for member_id, one, twin, _at in pairs for order in (one, twin)]
    bought = activities.purchases(desk.conn, asked) if asked else {}
    rows = []
    for member_id, order_id, twin_id, found_at in pairs:
        if member_id not in who:
            continue
        one, twin = bought[order_id], bought[twin_id]
        rows.append(
            Row(
                cells=[
                    _order_link(one),
                    _order_link(twin),
                    people.title_of(who[member_id]),
                    desk.amount(one.total_minor),
                    write.signed(one.award_points - one.reversed_points),
                    desk.local_day(found_at),
                    desk.markup("console/suspect_buttons.html", member_id=member_id, order_id=order_id),
                ]
            )
        )
    return Table(
        caption=_("Orders that look like duplicates"),
        columns=[
            Column(label=_("Order")),
            Column(label=_("Looks like")),
            Column(label=_("Member")),
            Column(label=_("Total"), end=True),
            Column(label=_("Points"), end=True),
            Column(label=_("Found")),
            Column(label=_("Actions"), end=True),
        ],
        rows=rows,
        empty=EmptyState(title=_("No order looks like a duplicate"), icon="badge-check"),
    )


def _order_link(purchase: activities.Purchase) -> SafeString:
    address = reverse("orders_show", args=[purchase.member_id, purchase.order_id])
    return format_html('<a href="{}">{}</a>', address, purchase.external_id)


def _returns(desk: Desk, found: list[activities.Parked]) -> Table:
    return Table(
        caption=_("Returns that wait for their order"),
        columns=[
            Column(label=_("Return")),
            Column(label=_("Waits for order")),
            Column(label=_("Source")),
            Column(label=_("Came")),
            Column(label=_("Waits until")),
            Column(label=_("Actions"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    str(one.body.get("external_id", "")),
                    str(one.body.get("order_external_id", "")),
                    one.source,
                    desk.moment(one.parked_at),
                    desk.local_day(one.until_at),
                    desk.markup("console/parked_buttons.html", one=one),
                ]
            )
            for one in found
        ],
        empty=EmptyState(title=_("No return waits"), icon="badge-check"),
    )


def _orders(desk: Desk, found: list[activities.Parked]) -> Table:
    rows = []
    for one in found:
        identifier = _identifier(one.body)
        enroll = _enroll(identifier)
        rows.append(
            Row(
                cells=[
                    one.external_id,
                    people.mask(identifier) if identifier else "–",
                    desk.amount(int(one.body.get("order", {}).get("total_minor", 0))),
                    desk.moment(one.parked_at),
                    desk.local_day(one.until_at),
                    desk.markup("console/parked_buttons.html", one=one, enroll=enroll),
                ]
            )
        )
    return Table(
        caption=_("Orders that wait for their member"),
        columns=[
            Column(label=_("Order")),
            Column(label=_("Sent for")),
            Column(label=_("Total"), end=True),
            Column(label=_("Came")),
            Column(label=_("Waits until")),
            Column(label=_("Actions"), end=True),
        ],
        rows=rows,
        empty=EmptyState(title=_("No order waits"), icon="badge-check"),
    )


def _events(desk: Desk, found: list[activities.Parked]) -> Table:
    names = events.type_names(desk) if found else {}
    rows = []
    for one in found:
        identifier, code = _identifier(one.body), str(one.body.get("event", {}).get("type", ""))
        rows.append(
            Row(
                cells=[
                    names.get(code, code),
                    people.mask(identifier) if identifier else "–",
                    f"{one.source} · {one.external_id}",
                    desk.moment(one.parked_at),
                    desk.local_day(one.until_at),
                    desk.markup("console/parked_buttons.html", one=one, enroll=_enroll(identifier)),
                ]
            )
        )
    return Table(
        caption=_("Events that wait for their member"),
        columns=[
            Column(label=_("Event")),
            Column(label=_("Sent for")),
            Column(label=_("Source")),
            Column(label=_("Came")),
            Column(label=_("Waits until")),
            Column(label=_("Actions"), end=True),
        ],
        rows=rows,
        empty=EmptyState(title=_("No event waits"), icon="badge-check"),
    )


def _completions(desk: Desk, found: list[activities.Parked]) -> Table:
    return Table(
        caption=_("Completions that wait for their order"),
        columns=[
            Column(label=_("Waits for order")),
            Column(label=_("Source")),
            Column(label=_("Came")),
            Column(label=_("Waits until")),
            Column(label=_("Actions"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    one.external_id,
                    one.source,
                    desk.moment(one.parked_at),
                    desk.local_day(one.until_at),
                    desk.markup("console/parked_buttons.html", one=one),
                ]
            )
            for one in found
        ],
        empty=EmptyState(title=_("No completion waits"), icon="badge-check"),
    )


def _enroll(identifier: members.Identifier | None) -> str:
    if identifier is None:
        return ""
    return f"{reverse('members_enroll')}?{urlencode({str(identifier.kind): identifier.value})}"


def _identifier(body: Mapping[str, Any]) -> members.Identifier | None:
    named = body.get("member")
    if not isinstance(named, dict):
        return None
    return members.Identifier(members.IdentifierKind(named["kind"]), named["value"])


@require_POST
@on_desk
def settle(request: HttpRequest, desk: Desk, parked_id: UUID) -> HttpResponse:
    """Stop waiting for what will not come."""
    found = activities.waiting(desk.conn, desk.program_id, limit=_MAX)
    parked = next((one for one in found if one.parked_id == parked_id), None)
    if parked is None:
        messages.info(request, _("This no longer waits; nothing was changed."))
    else:
        activities.settle(desk.conn, parked, at=desk.at)
        desk.note("parked-settled", parked=str(parked_id))
        messages.success(request, _("It no longer waits. No points moved."))
    return redirect("waiting")


@require_POST
@on_desk
def decide(request: HttpRequest, desk: Desk, member_id: UUID, order_id: UUID) -> HttpResponse:
    """Two real purchases, or one that came twice: then the second is returned in full."""
    members.get(desk.conn, desk.program_id, member_id)
    purchase = activities.purchases(desk.conn, [(member_id, order_id)]).get(order_id)
    if purchase is None:
        raise Http404
    is_duplicate = request.POST.get("what") == "duplicate"
    if not activities.decide_suspect(desk.conn, member_id, order_id, at=desk.at):
        messages.info(request, _("This was decided before; nothing was changed."))
        return redirect("waiting")
    if is_duplicate:
        returned = activities.Return(
            source=purchase.source,
            external_id="console-duplicate",
            order_external_id=purchase.external_id,
            occurred_at=desk.at,
            reason=_("Came twice"),
        )
        try:
            with desk.conn.transaction():
                answer = flows.refund_order(desk.conn, desk.plan, returned, at=desk.at).answer
        except Refusal as refusal:
            messages.error(request, refusals.words(refusal))
            return redirect("waiting")
        points = write.number(int(answer.get("points_taken_back", 0)))
        messages.success(
            request, _("The second order is undone: %(points)s points were taken back.") % {"points": points}
        )
    else:
        messages.success(request, _("Both orders stand, with their points."))
    desk.note("suspect-decided", order=str(order_id), is_duplicate=is_duplicate)
    return redirect("waiting")
