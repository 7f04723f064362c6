"""Orders: the list, one order with what each line earned and why, and the return that takes it back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import (
    coupon_codes,
    member,
    member_forms,
    once,
    orders_again,
    paging,
    people,
    refusals,
    statement,
)
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.once import OnceForm
from regulars.doors.console.parts import Column, EmptyState, Facts, LedgerLine, Row, Table
from regulars.kit.errors import Kind, Refusal
from regulars.records import activities, ledger, members

_PAGE = 25
_LINES_MAX = 50
Lines = Sequence[activities.PurchaseLine]


class ReturnForm(OnceForm):
    """How many of each line came back, and why. `what` is `lines` or `all`."""

    what = forms.ChoiceField(choices=[("lines", ""), ("all", "")])
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)
    is_pending = forms.BooleanField(label=gettext_lazy("The money is not paid back yet"), required=False)

    def __init__(self, lines: Lines, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.lines = lines
        for line in lines:
            self.fields[f"line_{line.line_no}"] = forms.IntegerField(
                label=member.line_name(line),
                min_value=0,
                max_value=line.quantity,  # what is left of it the core knows, and it knows a repeated form
                required=False,
                initial=0,
            )

    def rows(self) -> list[tuple[activities.PurchaseLine, forms.BoundField]]:
        """Lines of which something is left, with their fields."""
        return [(line, self[f"line_{line.line_no}"]) for line in self.lines if line.quantity > line.returned_quantity]

    def asked(self) -> tuple[activities.ReturnedLine, ...]:
        """The lines that come back; none for everything that is left."""
        if self.cleaned_data.get("what") == "all":
            return ()
        return tuple(
            activities.ReturnedLine(line_id=line.line_id, quantity=quantity)
            for line in self.lines
            if (quantity := self.cleaned_data.get(f"line_{line.line_no}") or 0)
        )


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The newest orders; `?q=` is the beginning of an order id."""
    text = request.GET.get("q", "").strip()
    found = activities.newest(desk.conn, desk.program_id, limit=_PAGE + 1, text=text, before=paging.after_day(request))
    shown = found[:_PAGE]
    last = (shown[-1].on_date, shown[-1].occurred_at, shown[-1].order_id) if len(found) > _PAGE else None
    totals = activities.totals(desk.conn, desk.program_id)
    note = _("%(orders)s orders, %(net)s net of returns") % {
        "orders": write.number(totals["orders"]),
        "net": desk.amount(totals["total_minor"] - totals["returned_minor"], whole=True),
    }
    return render(
        request,
        "console/orders.html",
        {"orders": _table(desk, shown, text), "pages": paging.pager(request, note, last), "query": text},
    )


def _table(desk: Desk, found: Sequence[activities.Purchase], text: str) -> Table:
    who = members.several(desk.conn, desk.program_id, list({p.member_id for p in found}))
    empty = EmptyState(
        title=_("No order begins with “%(text)s”") % {"text": text} if text else _("No orders yet"),
        text="" if text else _("Send the first one from your shop; Developers shows how."),
        icon="shopping-bag",
    )
    return Table(
        caption=_("Orders"),
        columns=[
            Column(label=_("Order")),
            Column(label=_("Member")),
            Column(label=_("When")),
            Column(label=_("Where")),
            Column(label=_("Total"), end=True),
            Column(label=_("Returned"), end=True),
            Column(label=_("Points"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    one.external_id,
                    people.title_of(who[one.member_id]),
                    desk.moment(one.occurred_at),
                    one.store or member_forms.channel_name(one.channel) or "–",
                    desk.amount(one.total_minor),
                    desk.amount(one.returned_minor) if one.returned_minor else "–",
                    write.signed(one.award_points - one.reversed_points),
                ],
                href=reverse("orders_show", args=[one.member_id, one.order_id]),
            )
            for one in found
        ],
        empty=empty,
    )


@on_desk
def order(request: HttpRequest, desk: Desk, member_id: UUID, order_id: UUID) -> HttpResponse:
    """One order. A POST takes a return, once per form."""
    purchase, who = orders_again.found(desk, member_id, order_id)
    lines = activities.lines(desk.conn, purchase)
    form = ReturnForm(lines, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                return _take_back(request, desk, purchase, form)
        except Refusal as refusal:
            if refusal.kind is Kind.NOT_FOUND:
                raise
            form.add_error(None, refusals.words(refusal))
    page = render(
        request,
        "console/order.html",
        {
            "purchase": purchase,
            "who": who,
            "who_title": people.title_of(who),
            "when": desk.moment(purchase.occurred_at),
            "figures": _figures(desk, purchase),
            "lines": _lines_table(desk, lines),
            "moves": _moves(desk, purchase),
            "none": _why_none(desk, purchase),
            "returns": _returns_table(desk, purchase),
            "facts": _facts(desk, purchase),
            "form": form,
            "waits": _waits(desk, purchase),
            "can_return": purchase.returned_minor + _apart_minor(desk, purchase) < purchase.total_minor,
            "can_reinstate": orders_again.can_reinstate(desk, purchase, lines),
            "others": orders_again.others(desk, purchase),
            "unsettled": orders_again.unsettled(desk, purchase),
        },
    )
    return wrong(page) if form.errors else page


def _apart_minor(desk: Desk, purchase: activities.Purchase) -> int:
    """What returns that are not settled yet would bring back."""
    return sum(one.amount_minor for one in activities.pending(desk.conn, purchase))


def _moves(desk: Desk, purchase: activities.Purchase) -> list[LedgerLine]:
    """What the order moved, in every wallet."""
    account_id = members.accounts(desk.conn, [purchase.member_id])[purchase.member_id]
    return [
        line
        for wallet in desk.plan.wallets.values()
        for line in statement.lines(
            desk,
            wallet,
            ledger.lines(desk.conn, account_id, wallet=wallet, limit=_LINES_MAX, subject_id=purchase.order_id),
        )
    ]


def _waits(desk: Desk, purchase: activities.Purchase) -> list[str]:
    """What the order earned and returns left in wallets that wait for its completion."""
    found = [
        (award.wallet_id, award.points - award.reversed_points)
        for award in activities.awards(desk.conn, purchase)
        if award.active_on == ledger.WAITING
    ]
    if purchase.active_on == ledger.WAITING:
        found.insert(0, (desk.plan.wallet.wallet_id, purchase.award_points - purchase.reversed_points))
    return [_in_unit(desk, desk.plan.wallets[wallet_id], points) for wallet_id, points in found if points]


def _in_unit(desk: Desk, wallet: ledger.Wallet, points: int) -> str:
    return f"{desk.counted(wallet, points)} {desk.say(wallet.unit)}"


@require_POST
@on_desk
def complete(request: HttpRequest, desk: Desk, member_id: UUID, order_id: UUID) -> HttpResponse:
    """The order is completed: what waited for that becomes usable, once."""
    purchase, _who = orders_again.found(desk, member_id, order_id)
    try:
        with desk.conn.transaction():
            done = flows.activate_points(desk.conn, desk.plan, purchase.external_id, source=purchase.source, at=desk.at)
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
        return redirect("orders_show", member_id, order_id)
    moved = [_in_unit(desk, desk.plan.wallet_of(one["wallet"]), one["points"]) for one in done.answer["wallets"]]
    if done.outcome == "replayed":
        messages.info(request, _("This was recorded before; nothing moved twice."))
    elif moved:
        messages.success(request, _("Completed: %(moved)s became usable.") % {"moved": ", ".join(moved)})
    else:
        messages.info(request, _("Completed: nothing was left to become usable."))
    if done.outcome == "created":
        desk.note("order-completed", member=str(member_id), order=str(order_id))
    return redirect("orders_show", member_id, order_id)


@on_desk
def return_effect(request: HttpRequest, desk: Desk, member_id: UUID, order_id: UUID) -> HttpResponse:
    """A fragment: what the return would take and give, from the core's own preview."""
    purchase, _who = orders_again.found(desk, member_id, order_id)
    form = ReturnForm(
        activities.lines(desk.conn, purchase), {**request.GET.dict(), "what": "lines", "token": once.token()}
    )
    if not form.is_valid():
        text, status = _("More comes back than is left, or it is no number."), 422
    elif not form.asked():
        text, status = _("Say how many of which line came back to see the effect."), 200
    else:
        try:
            returned = _return(purchase, form)
            text, status = _effect(desk, flows.refund_order(
                desk.conn, desk.plan, returned, at=desk.at, preview=True
            ).answer), 200  # fmt: skip
        except Refusal as refusal:
            text, status = refusals.words(refusal), 422
    return render(request, "console/effect.html", {"text": text}, status=status)


def _return(purchase: activities.Purchase, form: ReturnForm) -> activities.Return:
    return activities.Return(
        source=purchase.source,
        external_id=f"console-{form.cleaned_data['token'][:12]}",
        order_external_id=purchase.external_id,
        occurred_at=once.opened_at(form.cleaned_data["token"]),
        lines=form.asked(),
        reason=form.cleaned_data["reason"].strip(),
        is_pending=form.cleaned_data["is_pending"],
    )


def _take_back(request: HttpRequest, desk: Desk, purchase: activities.Purchase, form: ReturnForm) -> HttpResponse:
    if form.cleaned_data["what"] == "lines" and not form.asked():
        raise activities.QuantityOutOfRange("no line was named")
    found = flows.refund_order(desk.conn, desk.plan, _return(purchase, form), at=desk.at)
    if found.outcome == "replayed":
        messages.info(request, _("This return was recorded before; nothing moved twice."))
    else:
        messages.success(request, _("The return is recorded.") + " " + _effect(desk, found.answer))
        desk.note("return-taken", member=str(purchase.member_id), order=str(purchase.order_id))
    return redirect("orders_show", purchase.member_id, purchase.order_id)


def _effect(desk: Desk, answer: Mapping[str, object]) -> str:
    """What a return does, in numbers."""
    if answer["status"] == "pending":
        return _("%(amount)s comes back once it is paid; %(points)s points are set aside until then.") % {
            "amount": desk.amount(int(str(answer["amount_minor"]))),
            "points": write.number(int(str(answer["points_set_aside"]))),
        }
    points: dict[str, int] = {name: int(str(answer[name])) for name in answer if name.startswith("points_")}
    said = [
        _("%(amount)s comes back, %(points)s points are taken back.")
        % {
            "amount": desk.amount(int(str(answer["amount_minor"]))),
            "points": write.number(points["points_taken_back"]),
        }
    ]
    if points["points_owed"]:
        said.append(
            _("%(points)s of them were spent: they are owed.") % {"points": write.number(points["points_owed"])}
        )
    if points["points_forgiven"]:
        said.append(
            _("%(points)s more were spent and are forgiven.") % {"points": write.number(points["points_forgiven"])}
        )
    if points["points_restored"]:
        said.append(
            _("%(points)s points it was paid with are given back.")
            % {"points": write.number(points["points_restored"])}
        )
    return " ".join(said)


def _figures(desk: Desk, purchase: activities.Purchase) -> list[tuple[str, str, str]]:
    """Label, value and a remark each."""
    kept, left = purchase.award_points - purchase.reversed_points, _("%(points)s left after returns")
    return [
        (_("Total"), desk.amount(purchase.total_minor), _("paid on the order")),
        (_("Earning amount"), desk.amount(purchase.eligible_minor), _("after what does not earn")),
        (_("Points"), write.signed(purchase.award_points), left % {"points": write.number(kept)}),
        (_("Returned"), desk.amount(purchase.returned_minor), _("so far")),
    ]  # fmt: skip


def _lines_table(desk: Desk, lines: Lines) -> Table:
    return Table(
        caption=_("Lines"),
        columns=[
            Column(label=_("Item")),
            Column(label=_("Category")),
            Column(label=_("Amount"), end=True),
            Column(label=_("Earns on"), end=True),
            Column(label=_("Points"), end=True),
            Column(label=_("Returned"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    member.line_name(line),
                    line.category or "–",
                    desk.amount(line.amount_minor),
                    desk.amount(line.eligible_minor),
                    write.signed(line.points),
                    write.number(line.returned_quantity) if line.returned_quantity else "–",
                ]
            )
            for line in lines
        ],
    )


def _why_none(desk: Desk, purchase: activities.Purchase) -> str:
    """Why an order earned nothing, as it was answered then."""
    if purchase.award_points or not purchase.answer:
        return ""
    found = next(iter(purchase.answer.get("reasons", ())), None)
    if found is None:
        return ""
    return ledger.none_sentence(found["code"], found["params"], language=desk.language, currency=desk.program.currency)


def _returns_table(desk: Desk, purchase: activities.Purchase) -> Table | None:
    found = activities.refunds(desk.conn, purchase)
    if not found:
        return None
    return Table(
        caption=_("Returns"),
        columns=[
            Column(label=_("Return")),
            Column(label=_("When")),
            Column(label=_("Reason")),
            Column(label=_("State")),
            Column(label=_("Amount"), end=True),
            Column(label=_("Points taken back"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    one.external_id,
                    desk.moment(one.occurred_at),
                    one.reason or "–",
                    orders_again.state_name(one),
                    desk.amount(one.amount_minor),
                    write.signed(-one.reversed_points),
                ]
            )
            for one in found
        ],
    )


def _facts(desk: Desk, purchase: activities.Purchase) -> Facts:
    rows = {
        _("Source"): purchase.source,
        _("Channel"): member_forms.channel_name(purchase.channel),
        _("Store"): purchase.store,
        _("Till"): purchase.till,
        _("Receipt"): purchase.receipt,
        _("Recorded"): desk.moment(purchase.recorded_at),
        _("Paid with points"): desk.amount(purchase.points_paid_minor) if purchase.points_paid_minor else "",
        _("Coupons used"): coupon_codes.of_order(desk, purchase),
    }
    return Facts(rows={name: value for name, value in rows.items() if value})
