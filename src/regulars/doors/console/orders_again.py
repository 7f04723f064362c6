"""What happens to an order later: returns whose money is settled, and completing it again after a cancellation."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import format as write
from regulars.doors.console import refusals
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.once import OnceForm
from regulars.kit.errors import Refusal
from regulars.records import activities, members


def found(desk: Desk, member_id: UUID, order_id: UUID) -> tuple[activities.Purchase, members.Member]:
    """The order and its member.

    Raises:
        Http404, MemberNotFound: there is no such order or member.
    """
    who = members.get(desk.conn, desk.program_id, member_id)
    purchase = activities.purchases(desk.conn, [(member_id, order_id)]).get(order_id)
    if purchase is None:
        raise Http404
    return purchase, who


@require_POST
@on_desk
def reinstate(request: HttpRequest, desk: Desk, member_id: UUID, order_id: UUID) -> HttpResponse:
    """Record the order anew, once per form; shows the new one."""
    purchase, _who = found(desk, member_id, order_id)
    form = OnceForm(request.POST)
    if not form.is_valid():
        return redirect("orders_show", member_id, order_id)
    try:
        with desk.conn.transaction():
            done = flows.reinstate_order(
                desk.conn,
                desk.plan,
                purchase.external_id,
                source=purchase.source,
                at=desk.at,
                external_id=f"console-{form.cleaned_data['token'][:12]}",
            )
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
        return redirect("orders_show", member_id, order_id)
    if done.outcome == "replayed":
        messages.info(request, _("This was recorded before; nothing moved twice."))
    else:
        points = write.number(done.purchase.award_points)
        messages.success(request, _("The order is reinstated and earned %(points)s points.") % {"points": points})
        desk.note("order-reinstated", member=str(member_id), order=str(order_id))
    return redirect("orders_show", done.purchase.member_id, done.purchase.order_id)


_STATES = {
    "recorded": gettext_lazy("Recorded"),
    "pending": gettext_lazy("Not settled yet"),
    "failed": gettext_lazy("Did not go through"),
}


def state_name(refund: activities.Refund) -> str:
    """Where a return stands."""
    return str(_STATES[refund.status])


def unsettled(desk: Desk, purchase: activities.Purchase) -> list[dict[str, str]]:
    """The returns of an order whose money is not settled yet: their ids and what they say."""
    return [
        {
            "id": one.external_id,
            "text": _("%(amount)s, since %(when)s")
            % {"amount": desk.amount(one.amount_minor), "when": desk.moment(one.occurred_at)},
        }
        for one in activities.refunds(desk.conn, purchase)
        if one.status == "pending"
    ]


@require_POST
@on_desk
def settle(request: HttpRequest, desk: Desk, member_id: UUID, order_id: UUID) -> HttpResponse:
    """The money of a pending return was paid back, or will not be; the same again changes nothing."""
    purchase, _who = found(desk, member_id, order_id)
    named = purchase.external_id, request.POST.get("return", "")
    is_paid = request.POST.get("what") == "confirm"
    deed = flows.confirm_return if is_paid else flows.fail_return
    try:
        with desk.conn.transaction():
            done = deed(desk.conn, desk.plan, *named, source=purchase.source, at=desk.at)
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
        return redirect("orders_show", member_id, order_id)
    if done.outcome == "replayed":
        messages.info(request, _("This was recorded before; nothing moved twice."))
    elif is_paid:
        points = write.number(int(done.answer["points_taken_back"]))
        messages.success(request, _("The return is settled: %(points)s points are taken back.") % {"points": points})
        desk.note("return-settled", member=str(member_id), order=str(order_id))
    else:
        messages.success(request, _("The return did not go through: nothing was taken."))
        desk.note("return-failed", member=str(member_id), order=str(order_id))
    return redirect("orders_show", member_id, order_id)


def others(desk: Desk, purchase: activities.Purchase) -> list[tuple[str, str]]:
    """The other times an order was completed: what they are, and where they are shown; the newest first."""
    return [
        (
            _("Completed on %(when)s") % {"when": desk.moment(one.occurred_at)},
            reverse("orders_show", args=[one.member_id, one.order_id]),
        )
        for one in reversed(_generations(desk, purchase))
        if one.order_id != purchase.order_id
    ]


def can_reinstate(desk: Desk, purchase: activities.Purchase, lines: Sequence[activities.PurchaseLine]) -> bool:
    """Whether everything came back and nothing newer stands."""
    newest = _generations(desk, purchase)[-1]
    return newest.order_id == purchase.order_id and activities.is_cancelled(purchase, lines)


def _generations(desk: Desk, purchase: activities.Purchase) -> list[activities.Purchase]:
    key = activities.order_key(desk.program_id, purchase.source, purchase.external_id)
    seen = activities.seen(desk.conn, [key])[key]
    first = activities.purchases(desk.conn, [(seen.member_id, seen.activity_id)])[seen.activity_id]
    return activities.generations(desk.conn, desk.program_id, first)
