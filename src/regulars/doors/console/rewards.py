"""Rewards: the catalogue with price, worth and stock, and the form that makes or changes one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import format as write
from regulars.doors.console import redemptions, refusals
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.once import OnceForm
from regulars.doors.console.parts import Column, EmptyState, Row, Table, badge
from regulars.kit import ids, money
from regulars.kit.errors import Refusal
from regulars.program import rewards

_QUEUE_SHOWN = 8
_LINES = {"rows": 2}


class RewardForm(OnceForm):
    """What points buy."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80, required=False)
    description_en = forms.CharField(
        label=gettext_lazy("Description in English"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=_LINES),
    )
    description_zh = forms.CharField(
        label=gettext_lazy("Description in Chinese"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=_LINES),
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        help_text=gettext_lazy("A code works at once; products and services wait to be handed out."),
    )
    price_points = forms.IntegerField(label=gettext_lazy("Price in points"), min_value=1, max_value=10**9)
    cost = forms.DecimalField(label=gettext_lazy("What one costs the shop"), min_value=0, max_value=10**7, initial=0)
    units_left = forms.IntegerField(
        label=gettext_lazy("Units in stock"),
        min_value=0,
        max_value=10**7,
        required=False,
        help_text=gettext_lazy("Empty is unlimited."),
    )
    rank_min = forms.TypedChoiceField(label=gettext_lazy("For members from tier"), coerce=int)
    member_limit = forms.IntegerField(
        label=gettext_lazy("At most per member"),
        min_value=1,
        max_value=10**6,
        required=False,
        help_text=gettext_lazy("Empty is without a limit."),
    )
    limit_days = forms.IntegerField(
        label=gettext_lazy("Counted over days"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=gettext_lazy("Empty counts for ever."),
    )
    is_live = forms.BooleanField(label=gettext_lazy("Offered to members"), required=False, initial=True)

    def __init__(self, desk: Desk, data: Mapping[str, Any] | None = None, reward: rewards.Reward | None = None) -> None:
        super().__init__(data, initial=_values(desk, reward) if reward else {})
        self.fields["type"].choices = [(key, desk.say(kind.NAME)) for key, kind in rewards.TYPES.items()]  # type: ignore[attr-defined]
        self.fields["rank_min"].choices = [(t.rank, desk.say(t.name)) for t in desk.plan.ladder.tiers]  # type: ignore[attr-defined]

    def wanted(self, desk: Desk, before: rewards.Reward | None) -> rewards.Reward:
        """The reward as the form says it; a new one is named by the form's token."""
        given = self.cleaned_data
        told = {
            "name": _texts(given, "name"),
            "description": _texts(given, "description"),
            "category": given["type"],
            "type": given["type"],
            "price_points": given["price_points"],
            "cost_minor": money.to_minor(str(given["cost"]), desk.program.currency),
            "units_left": given["units_left"],
            "rank_min": given["rank_min"],
            "member_limit": given["member_limit"],
            "limit_days": given["limit_days"] if given["member_limit"] else None,
            "is_live": given["is_live"],
        }
        if before is not None:
            return replace(before, **told)
        token = given["token"]
        reward_id = ids.key_of(desk.program_id, "reward", token)
        return rewards.Reward(program_id=desk.program_id, reward_id=reward_id, code=f"reward-{token}", **told)


def _values(desk: Desk, reward: rewards.Reward) -> dict[str, Any]:
    return {
        "name_en": reward.name.get("en", ""),
        "name_zh": reward.name.get("zh", ""),
        "description_en": reward.description.get("en", ""),
        "description_zh": reward.description.get("zh", ""),
        "type": reward.type,
        "price_points": reward.price_points,
        "cost": money.to_decimal(reward.cost_minor, desk.program.currency),
        "units_left": reward.units_left,
        "rank_min": reward.rank_min,
        "member_limit": reward.member_limit,
        "limit_days": reward.limit_days,
        "is_live": reward.is_live,
    }


def _texts(given: Mapping[str, str], name: str) -> dict[str, str]:
    found = {code: given[f"{name}_{code}"].strip() for code in ("en", "zh")}
    return {code: text for code, text in found.items() if text}


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The catalogue, and what waits to be handed out."""
    waiting = redemptions.newest(desk, limit=_QUEUE_SHOWN, states=rewards.OPEN)
    return render(
        request,
        "console/rewards.html",
        {
            "catalogue": _catalogue(desk),
            "queue": redemptions.table(desk, waiting, back=request.path) if waiting else None,
        },
    )


def _catalogue(desk: Desk) -> Table:
    used = rewards.usage(desk.conn, desk.program_id)
    rows = []
    for reward in rewards.catalogue(desk.conn, desk.program_id):
        count, points, cost = used.get(reward.reward_id, (0, 0, 0))
        rows.append(
            Row(
                cells=[
                    desk.say(reward.name),
                    desk.say(rewards.TYPES[reward.type].NAME),
                    write.number(reward.price_points),
                    desk.amount(reward.cost_minor),
                    _effective(desk, reward),
                    _stock(reward),
                    write.number(count),
                    desk.amount(cost, whole=True) if points else "–",
                    badge(_("Offered"), "good") if reward.is_live else badge(_("Off")),
                ],
                href=reverse("rewards_edit", args=[reward.reward_id]),
            )
        )
    return Table(
        caption=_("Reward catalogue"),
        columns=[
            Column(label=_("Reward")),
            Column(label=_("Type")),
            Column(label=_("Price in points"), end=True),
            Column(label=_("Costs the shop"), end=True),
            Column(label=_("Cost ÷ worth of its points"), end=True),
            Column(label=_("In stock"), end=True),
            Column(label=_("Times redeemed"), end=True),
            Column(label=_("Cost so far"), end=True),
            Column(label=_("State")),
        ],
        rows=rows,
        empty=EmptyState(
            title=_("The catalogue is empty"),
            text=_("Start with something most members can afford within three purchases."),
            icon="gift",
            action=_("Add a reward"),
            href=reverse("rewards_new"),
        ),
    )


def _effective(desk: Desk, reward: rewards.Reward) -> str:
    worth = desk.worth_minor(reward.price_points)
    return write.percent(reward.cost_minor / worth, digits=0) if worth else "–"


def _stock(reward: rewards.Reward) -> str:
    if reward.units_left is None:
        return _("unlimited")
    return badge(write.number(reward.units_left), "warn") if reward.is_low else write.number(reward.units_left)


@on_desk
def edit(request: HttpRequest, desk: Desk, reward_id: UUID | None = None) -> HttpResponse:
    """A reward, or a new one."""
    before = rewards.get(desk.conn, desk.program_id, reward_id) if reward_id else None
    form = RewardForm(desk, request.POST if request.method == "POST" else None, before)
    if request.method == "POST" and form.is_valid():
        try:
            wanted = form.wanted(desk, before)
            with desk.conn.transaction():
                rewards.save(desk.conn, wanted, at=desk.at)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("reward-saved", reward=str(wanted.reward_id))
            messages.success(
                request,
                _("“%(reward)s” is saved at %(points)s points. Redemptions already made keep their price.")
                % {"reward": desk.say(wanted.name), "points": write.number(wanted.price_points)},
            )
            return redirect("rewards")
    page = render(
        request,
        "console/rewards_edit.html",
        {"form": form, "title": desk.say(before.name) if before else _("New reward")},
    )
    return wrong(page) if form.errors else page
