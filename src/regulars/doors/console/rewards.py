"""Rewards: the catalogue with price, worth and stock, its categories, and the form that makes or changes a reward."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars import flows
from regulars.audience import conditions
from regulars.doors.console import format as write
from regulars.doors.console import redemptions, refusals
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Choice, Column, EmptyState, Row, Table, badge
from regulars.doors.console.reward_forms import CategoryForm, RewardForm
from regulars.kit.errors import Refusal
from regulars.program import rewards

_QUEUE_SHOWN = 8


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The catalogue, and what waits to be handed out."""
    waiting = redemptions.newest(desk, limit=_QUEUE_SHOWN, states=rewards.OPEN)
    shelves = rewards.categories(desk.conn, desk.program_id)
    asked = request.GET.get("category", "")
    choices = [Choice(label=_("All"), href="?", is_current=not asked)]
    choices += [
        Choice(label=desk.say(one.name), href=f"?category={one.code}", is_current=asked == one.code) for one in shelves
    ]
    return render(
        request,
        "console/rewards.html",
        {
            "catalogue": _catalogue(desk, asked),
            "choices": choices if shelves else (),
            "queue": redemptions.table(desk, waiting, back=request.path) if waiting else None,
        },
    )


def _catalogue(desk: Desk, shelf: str) -> Table:
    used = rewards.usage(desk.conn, desk.program_id)
    found = [one for one in rewards.catalogue(desk.conn, desk.program_id) if shelf in ("", one.category)]
    kinds = rewards.picture_types(desk.conn, [one.picture_id for one in found if one.picture_id])
    rows = []
    for reward in found:
        count, points, cost = used.get(reward.reward_id, (0, 0, 0))
        rows.append(
            Row(
                cells=[
                    _titled(desk, reward, kinds.get(reward.picture_id or "", "")),
                    desk.say(rewards.TYPES[reward.type].NAME),
                    _price(desk, reward),
                    desk.amount(reward.cost_minor),
                    _effective(desk, reward),
                    _stock(reward),
                    write.number(count),
                    desk.amount(cost, whole=True) if points else "–",
                    badge(_("Offered"), "good") if reward.is_live else badge(_("Off")),
                ],
                href=reverse("rewards_show", args=[reward.reward_id]),
            )
        )
    return Table(caption=_("Reward catalogue"), columns=_columns(), rows=rows, empty=_nothing())


def _columns() -> list[Column]:
    return [
        Column(label=_("Reward")),
        Column(label=_("Type")),
        Column(label=_("Price in points"), end=True),
        Column(label=_("Costs the shop"), end=True),
        Column(label=_("Cost ÷ worth of its points"), end=True),
        Column(label=_("In stock"), end=True),
        Column(label=_("Times redeemed"), end=True),
        Column(label=_("Cost so far"), end=True),
        Column(label=_("State")),
    ]


def _nothing() -> EmptyState:
    return EmptyState(
        title=_("The catalogue is empty"),
        text=_("Start with something most members can afford within three purchases."),
        icon="gift",
        action=_("Add a reward"),
        href=reverse("rewards_new"),
    )


def _titled(desk: Desk, reward: rewards.Reward, media_type: str) -> str | SafeString:
    """Its name, beside its picture where it has one."""
    name = desk.say(reward.name)
    if not reward.picture_id or not media_type:
        return name
    path = rewards.pictures.path(reward.picture_id, media_type)
    return format_html('<span class="pictured"><img src="{}" alt="" width="40" height="40">{}</span>', path, name)


def _price(desk: Desk, reward: rewards.Reward) -> str:
    text = write.number(reward.price_points)
    if reward.price_minor:
        text += f" + {desk.amount(reward.price_minor)}"
    return f"{text} …" if reward.prices or reward.steps else text


def _effective(desk: Desk, reward: rewards.Reward) -> str:
    worth = desk.worth_minor(reward.price_points) + reward.price_minor
    return write.percent(reward.cost_minor / worth, digits=0) if worth else "–"


def _stock(reward: rewards.Reward) -> str:
    if reward.units_left is None:
        return _("unlimited")
    return badge(write.number(reward.units_left), "warn") if reward.is_low else write.number(reward.units_left)


@on_desk
def edit(request: HttpRequest, desk: Desk, reward_id: UUID | None = None) -> HttpResponse:
    """The form of a reward, or of a new one."""
    before = rewards.get(desk.conn, desk.program_id, reward_id) if reward_id else None
    form = RewardForm(desk, request.POST if request.method == "POST" else None, before)
    if request.method == "POST" and form.is_valid():
        saved = _save(desk, form)
        if saved is not None:
            desk.note("reward-saved", reward=str(saved.reward_id))
            messages.success(
                request,
                _("“%(reward)s” is saved at %(points)s points. Redemptions already made keep their price.")
                % {"reward": desk.say(saved.name), "points": write.number(saved.price_points)},
            )
            return redirect("rewards_show", saved.reward_id)
    back = reverse("rewards_show", args=[reward_id]) if reward_id else reverse("rewards")
    title = desk.say(before.name) if before else _("New reward")
    page = render(request, "console/rewards_edit.html", {"form": form, "title": title, "back": back})
    return wrong(page) if form.errors else page


def _save(desk: Desk, form: RewardForm) -> rewards.Reward | None:
    """Save what the form says; a refusal stands on the form."""
    try:
        with desk.conn.transaction():
            return flows.save_reward(
                desk.conn, desk.plan, form.wanted(), by=desk.actor.name, at=desk.at, seen=form.seen()
            )
    except conditions.RuleInvalid as refusal:
        form.add_error("audience", refusals.of_rule(refusal, desk.language))
    except Refusal as refusal:
        form.add_error(None, refusals.words(refusal))
    return None


@on_desk
def categories(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The shelves of the catalogue; a POST adds one or changes the one with its code."""
    shelves = rewards.categories(desk.conn, desk.program_id)
    chosen = next((one for one in shelves if one.code == request.GET.get("code")), None)
    initial = {}
    if chosen is not None:
        names = {f"name_{code}": chosen.name.get(code, "") for code in ("en", "zh")}
        initial = {"code": chosen.code, "place": chosen.place, **names}
    form = CategoryForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                rewards.save_category(desk.conn, form.wanted(desk))
        except Refusal:
            form.add_error(None, _("A category needs a name."))
        else:
            desk.note("reward-category-saved", code=form.cleaned_data["code"])
            messages.success(request, _("The category is saved."))
            return redirect("rewards_categories")
    page = render(request, "console/reward_categories.html", {"form": form, "shelves": _shelves(desk, shelves)})
    return wrong(page) if form.errors else page


def _shelves(desk: Desk, shelves: list[rewards.Category]) -> Table:
    counts: dict[str, int] = {}
    for reward in rewards.catalogue(desk.conn, desk.program_id):
        counts[reward.category] = counts.get(reward.category, 0) + 1
    return Table(
        caption=_("Categories"),
        columns=[
            Column(label=_("Name")),
            Column(label=_("Code of the category")),
            Column(label=_("Place"), end=True),
            Column(label=_("Rewards"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    desk.say(one.name),
                    one.code,
                    write.number(one.place),
                    write.number(counts.get(one.code, 0)),
                ],
                href=f"?code={one.code}",
            )
            for one in shelves
        ],
        empty=EmptyState(
            title=_("No categories yet"),
            text=_("They are the shelves of the catalogue: members find a reward by them."),
            icon="tag",
        ),
    )
