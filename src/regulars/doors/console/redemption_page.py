"""One redemption on one page: what it cost, where it stands, every step of its way, and the next one."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import format as write
from regulars.doors.console import people, redemptions, reward_words
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Column, Facts, Row, Table
from regulars.program import rewards
from regulars.records import members


class ParcelForm(forms.Form):
    """What is told with a step."""

    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=100, required=False)
    tracking = forms.CharField(label=gettext_lazy("Number of the parcel"), max_length=100, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=200, required=False, help_text=gettext_lazy("Only staff reads it.")
    )


@on_desk
def show(request: HttpRequest, desk: Desk, member_id: UUID, redemption_id: UUID) -> HttpResponse:
    """The page."""
    found = rewards.find(desk.conn, member_id, redemption_id=redemption_id)
    if found is None or found.program_id != desk.program_id:
        raise rewards.RedemptionNotFound("There is no such redemption.")
    reward = rewards.get(desk.conn, desk.program_id, found.reward_id)
    who = members.get(desk.conn, desk.program_id, member_id)
    words = reward_words.moves()
    steps = [
        (reverse("redemptions_decide", args=[member_id, redemption_id, move.value]), words[move.value])
        for move in rewards.moves_from(found.state)
        if move not in (rewards.Move.UNDO, rewards.Move.HAND_OUT)
    ]
    return render(
        request,
        "console/redemption.html",
        {
            "one": found,
            "title": desk.say(reward.name) + (f" × {found.quantity}" if found.quantity > 1 else ""),
            "reward": reward,
            "who": who,
            "who_title": people.title_of(who),
            "when": desk.moment(found.redeemed_at),
            "state": redemptions.state_badge(found.state),
            "facts": _facts(desk, found),
            "way": _way(desk, found),
            "form": ParcelForm(initial={"carrier": found.carrier, "tracking": found.tracking}),
            "steps": steps,
            "can_undo": found.state is not rewards.State.UNDONE,
            "back": request.path,
        },
    )


def _facts(desk: Desk, found: rewards.Redemption) -> Facts:
    rows = {
        _("Code"): format_html('<span class="num">{}</span>', found.code),
        _("Redemption"): found.external_id,
        _("Points"): write.number(found.points),
        _("How it was priced"): _parts(found),
        _("Money"): _money(desk, found),
        _("Carrier"): found.carrier,
        _("Number of the parcel"): found.tracking,
    }
    return Facts(rows={name: text for name, text in rows.items() if text})


def _parts(found: rewards.Redemption) -> str:
    parts = (found.price or {}).get("parts", [])
    return " + ".join(f"{write.number(part['units'])} × {write.number(part['points'])}" for part in parts)


def _money(desk: Desk, found: rewards.Redemption) -> str:
    if not found.money_minor:
        return ""
    amount = desk.amount(found.money_minor)
    if not found.paid_from:
        return _("%(amount)s, collected by the shop") % {"amount": amount}
    return _("%(amount)s, from the wallet %(wallet)s") % {"amount": amount, "wallet": found.paid_from}


def _way(desk: Desk, found: rewards.Redemption) -> Table:
    rows = []
    for step in rewards.way(desk.conn, found):
        parcel = " ".join(part for part in (step.carrier, step.tracking) if part)
        told = " · ".join(part for part in (parcel, step.note) if part)
        rows.append(
            Row(cells=[desk.moment(step.happened_at), step.actor or "–", reward_words.done(step.step), told or "–"])
        )
    return Table(
        caption=_("History"),
        columns=[
            Column(label=_("When")),
            Column(label=_("Who")),
            Column(label=_("Step")),
            Column(label=_("Parcel and note")),
        ],
        rows=rows,
    )
