"""Redeemed rewards: the queue of what is to be handed out, narrowed, moved on one by one or many at once, as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import csv_export, paging, people, refusals, reward_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Choice, Column, EmptyState, Row, Table, badge
from regulars.kit.errors import Kind, Refusal
from regulars.program import rewards
from regulars.records import members

_PAGE = 50
_FILE_PAGE = 500
_MANY_MAX = 200
STATES = {
    "open": rewards.OPEN,
    "issued": (rewards.State.ISSUED,),
    "preparing": (rewards.State.PREPARING,),
    "shipped": (rewards.State.SHIPPED,),
    "done": (rewards.State.FULFILLED,),
    "undone": (rewards.State.UNDONE,),
}
MANY = ("prepare", "ship", "deliver", "hand-out")
"""What can be done with many at once; undoing is decided one by one."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of all redemptions is shown."""

    state: str
    reward_id: UUID | None

    def address(self, **changed: str) -> str:
        """The part of the address that says so."""
        kept = {"state": self.state, "reward": str(self.reward_id or ""), **changed}
        return "?" + urlencode({name: value for name, value in kept.items() if value})


def newest(
    desk: Desk,
    *,
    limit: int,
    member_id: UUID | None = None,
    reward_id: UUID | None = None,
    states: Sequence[rewards.State] | None = None,
) -> list[rewards.Redemption]:
    """The newest redemptions, of one member, of one reward, in some states."""
    return rewards.redemptions(
        desk.conn, desk.program_id, limit=limit, member_id=member_id, reward_id=reward_id, states=states
    )


def state_badge(state: rewards.State) -> SafeString:
    """Where it stands, in words."""
    match state:
        case rewards.State.ISSUED:
            return badge(_("To hand out"), "warn")
        case rewards.State.PREPARING:
            return badge(_("In preparation"), "info")
        case rewards.State.SHIPPED:
            return badge(_("Shipped"), "accent")
        case rewards.State.FULFILLED:
            return badge(_("Handed out"), "good")
        case rewards.State.UNDONE:
            return badge(_("Undone"))


def table(
    desk: Desk,
    found: Sequence[rewards.Redemption],
    *,
    short: bool = False,
    of_member: bool = False,
    is_queue: bool = False,
    back: str = "/",
) -> Table:
    """Redemptions as rows: who, what, when, what it cost, where it stands; with buttons unless `short`, with boxes to
    choose many where it `is_queue`."""
    names = {r.reward_id: desk.say(r.name) for r in rewards.catalogue(desk.conn, desk.program_id)}
    who = members.several(desk.conn, desk.program_id, list({r.member_id for r in found}))
    columns = [] if of_member else [Column(label=_("Member"))]
    columns += [Column(label=_("Reward")), Column(label=_("Redeemed on"))]
    columns += [] if short else [Column(label=_("Code"))]
    columns += [Column(label=_("Points"), end=True), Column(label=_("State"))]
    columns += [] if short else [Column(label=_("Actions"), end=True)]
    rows = []
    for one in found:
        page = reverse("rewards_redemption", args=[one.member_id, one.redemption_id])
        name = names.get(one.reward_id, "–") + (f" × {one.quantity}" if one.quantity > 1 else "")
        cells: list[str] = [] if of_member else [people.title_of(who[one.member_id])]
        cells += [name, desk.short_moment(one.redeemed_at) if short else desk.moment(one.redeemed_at)]
        cells += [] if short else [format_html('<span class="num">{}</span>', one.code)]
        cells += [cost(desk, one), _standing(one)]
        cells += [] if short else [_buttons(desk, one, back, is_queue)]
        rows.append(Row(cells=cells, href=page))
    return Table(caption=_("Redemptions"), columns=columns, rows=rows, empty=_nothing())


def cost(desk: Desk, one: rewards.Redemption) -> str:
    """What it took from the member."""
    text = write.signed(-one.points)
    return f"{text} + {desk.amount(one.money_minor)}" if one.money_minor else text


def _standing(one: rewards.Redemption) -> SafeString:
    parcel = " ".join(part for part in (one.carrier, one.tracking) if part)
    if not parcel:
        return state_badge(one.state)
    return format_html('{}<div class="soft">{}</div>', state_badge(one.state), parcel)


def _buttons(desk: Desk, one: rewards.Redemption, back: str, is_queue: bool) -> SafeString:
    if one.state is rewards.State.UNDONE:
        return SafeString("–")
    can_hand_out = rewards.Move.HAND_OUT in rewards.moves_from(one.state)
    return desk.markup(
        "console/redemption_buttons.html",
        one=one,
        back=back,
        can_hand_out=can_hand_out,
        box=f"{one.member_id}:{one.redemption_id}" if is_queue and can_hand_out else "",
    )


def _nothing() -> EmptyState:
    return EmptyState(
        title=_("Nothing here"),
        text=_("Rewards that members redeem show here until they are handed out."),
        icon="gift",
    )


def _narrowed(request: HttpRequest) -> Narrowed:
    state = request.GET.get("state", "open")
    try:
        reward_id = UUID(request.GET.get("reward", ""))
    except ValueError:
        reward_id = None
    return Narrowed(state if state in STATES else "open", reward_id)


@on_desk
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is to be handed out, and what was."""
    asked = _narrowed(request)
    counts = rewards.counted(desk.conn, desk.program_id)
    labels = {
        "open": _("All that waits"),
        "issued": _("To hand out"),
        "preparing": _("In preparation"),
        "shipped": _("Shipped"),
        "done": _("Handed out"),
        "undone": _("Undone"),
    }
    found = rewards.redemptions(
        desk.conn,
        desk.program_id,
        limit=_PAGE + 1,
        reward_id=asked.reward_id,
        states=STATES[asked.state],
        before=paging.after_moment(request),
    )
    shown = found[:_PAGE]
    last = (shown[-1].redeemed_at, shown[-1].redemption_id) if len(found) > _PAGE else None
    total = sum(counts.get(state, 0) for state in STATES[asked.state])
    note = ngettext("%(count)s redemption", "%(count)s redemptions", total) % {"count": write.number(total)}
    catalogue = rewards.catalogue(desk.conn, desk.program_id)
    return render(
        request,
        "console/redemptions.html",
        {
            "choices": [
                Choice(label=labels[key], href=asked.address(state=key), is_current=key == asked.state)
                for key in STATES
            ],
            "redemptions": table(desk, shown, back=request.get_full_path(), is_queue=True),
            "can_move": any(rewards.moves_from(one.state) for one in shown),
            "moves": [(move, reward_words.moves()[move]) for move in MANY],
            "pages": paging.pager(request, "" if asked.reward_id else note, last),
            "narrowed": asked,
            "catalogue": [(str(one.reward_id), desk.say(one.name)) for one in catalogue],
            "chosen_reward": str(asked.reward_id or ""),
            "export": reverse("rewards_queue_export") + asked.address(),
            "back": request.get_full_path(),
        },
    )


@on_desk
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """The same as a file, for packing lists and carriers."""
    asked = _narrowed(request)
    desk.note("redemptions-exported", state=asked.state)
    head = [
        _("Redemption"), _("Redeemed on"), _("Member"), _("Reward"), _("Quantity"), _("Code"), _("Points"),
        _("Money"), _("State"), _("Carrier"), _("Number of the parcel"),
    ]  # fmt: skip
    return csv_export.answer("redemptions", head, list(_lines(desk, asked)))


def _lines(desk: Desk, asked: Narrowed) -> Iterator[list[object]]:
    names = {r.reward_id: desk.say(r.name) for r in rewards.catalogue(desk.conn, desk.program_id)}
    before = None
    while True:
        found = rewards.redemptions(
            desk.conn,
            desk.program_id,
            limit=_FILE_PAGE,
            reward_id=asked.reward_id,
            states=STATES[asked.state],
            before=before,
        )
        who = members.several(desk.conn, desk.program_id, list({one.member_id for one in found}))
        for one in found:
            yield [
                one.external_id,
                one.redeemed_at.isoformat(timespec="seconds"),
                people.title_of(who[one.member_id]),
                names.get(one.reward_id, ""),
                one.quantity,
                one.code,
                one.points,
                csv_export.money(one.money_minor, desk.program.currency),
                one.state.name.lower(),
                one.carrier,
                one.tracking,
            ]
        if len(found) < _FILE_PAGE:
            return
        before = (found[-1].redeemed_at, found[-1].redemption_id)


@require_POST
@on_desk
def move_many(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One step for all that were chosen; those that cannot take it stay as they are, and are counted."""
    move = request.POST.get("move", "")
    chosen = [pair.partition(":")[::2] for pair in request.POST.getlist("chosen")][:_MANY_MAX]
    if move not in MANY or not chosen:
        messages.error(request, _("Choose redemptions and a step first."))
        return redirect(back_to(request))
    done = 0
    for member_id, redemption_id in sorted(chosen):
        done += _moved(desk, member_id, redemption_id, rewards.Move(move))
    desk.note("redemptions-moved", move=move, count=done)
    text = ngettext("%(count)s redemption was moved on.", "%(count)s redemptions were moved on.", done)
    messages.success(request, text % {"count": write.number(done)})
    if done < len(chosen):
        left = len(chosen) - done
        text = ngettext("%(count)s stays as it is.", "%(count)s stay as they are.", left)
        messages.warning(request, text % {"count": write.number(left)})
    return redirect(back_to(request))


def _moved(desk: Desk, member_id: str, redemption_id: str, move: rewards.Move) -> bool:
    try:
        with desk.conn.transaction():
            return flows.fulfill_redemption(
                desk.conn,
                desk.plan,
                UUID(member_id),
                UUID(redemption_id),
                at=desk.at,
                move=move,
                actor=desk.actor.name,
            )
    except (Refusal, ValueError):
        return False


@require_POST
@on_desk
def decide(request: HttpRequest, desk: Desk, member_id: UUID, redemption_id: UUID, what: str) -> HttpResponse:
    """Move a redemption on, or undo it and give the points back; a second time changes nothing."""
    told = {name: request.POST.get(name, "").strip()[:200] for name in ("carrier", "tracking", "note")}
    try:
        with desk.conn.transaction():
            text = _decided(desk, member_id, redemption_id, what, told)
        desk.note("redemption-decided", member=str(member_id), redemption=str(redemption_id), what=what)
        messages.success(request, text)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise
        messages.error(request, refusals.words(refusal))
    return redirect(back_to(request))


def _decided(desk: Desk, member_id: UUID, redemption_id: UUID, what: str, told: dict[str, str]) -> str:
    before = rewards.find(desk.conn, member_id, redemption_id=redemption_id)
    if what not in set(rewards.Move):
        raise rewards.RedemptionNotFound("There is no such step.")
    if what != "undo":
        is_new = flows.fulfill_redemption(
            desk.conn,
            desk.plan,
            member_id,
            redemption_id,
            at=desk.at,
            move=rewards.Move(what),
            actor=desk.actor.name,
            **told,
        )
        return f"{reward_words.done(what)}." if is_new else _("This was decided before; nothing was changed.")
    if before is not None and before.state is rewards.State.UNDONE:
        return _("This was decided before; nothing was changed.")
    done = flows.undo_redemption(
        desk.conn,
        desk.plan,
        member_id,
        redemption_id,
        at=desk.at,
        force=True,
        actor=desk.actor.name,
        note=told["note"],
    )
    text = _("Undone: %(points)s points are back, %(available)s can be used now.") % {
        "points": write.number(done["points_restored"]),
        "available": write.number(done["balance"]["available"]),
    }
    if done["money_to_return_minor"]:
        amount = desk.amount(done["money_to_return_minor"])
        text += " " + _("Give %(amount)s back: the shop collected it.") % {"amount": amount}
    return text


def back_to(request: HttpRequest) -> str:
    """Where the form came from, if that is ours; else the queue."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if is_ours else reverse("rewards_queue")
