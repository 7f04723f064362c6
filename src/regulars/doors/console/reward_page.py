"""One reward on one page: what it is, what became of it, its picture, codes and draw, and who changed what."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.audience import conditions
from regulars.doors.console import campaign_words, csv_export, people, redemptions, refusals, reward_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Column, Facts, Kpi, Row, Table, badge
from regulars.doors.console.reward_forms import CodesForm, DrawForm, PictureForm
from regulars.kit.errors import Kind, Refusal
from regulars.program import rewards
from regulars.records import members

_SHOWN = 10


@on_desk
def show(request: HttpRequest, desk: Desk, reward_id: UUID) -> HttpResponse:
    """The page."""
    reward = rewards.get(desk.conn, desk.program_id, reward_id)
    grant = rewards.TYPES[reward.type].GRANT
    alt = {f"alt_{code}": reward.picture_alt.get(code, "") for code in ("en", "zh")}
    newest = redemptions.newest(desk, limit=_SHOWN, reward_id=reward_id)
    return render(
        request,
        "console/reward.html",
        {
            "reward": reward,
            "title": desk.say(reward.name),
            "state": badge(_("Offered"), "good") if reward.is_live else badge(_("Off")),
            "description": desk.say(reward.description),
            "picture": _picture(desk, reward),
            "alt": desk.say(reward.picture_alt),
            "tiles": _tiles(desk, reward),
            "facts": _facts(desk, reward),
            "prices": reward_words.prices(desk, reward),
            "picture_form": PictureForm(initial=alt),
            "codes_form": CodesForm() if grant is rewards.Grant.PARTNER_CODE else None,
            "draw": _draw(desk, reward) if grant is rewards.Grant.ENTRY else None,
            "history": _history(desk, reward),
            "redemptions": redemptions.table(desk, newest, back=request.path) if newest else None,
        },
    )


def _picture(desk: Desk, reward: rewards.Reward) -> str:
    if reward.picture_id is None:
        return ""
    media_type = rewards.picture_types(desk.conn, [reward.picture_id])[reward.picture_id]
    return rewards.pictures.path(reward.picture_id, media_type)


def _tiles(desk: Desk, reward: rewards.Reward) -> list[Kpi]:
    found = rewards.totals(desk.conn, reward)
    is_donation = reward.type == "donation"
    return [
        Kpi(label=_("Units redeemed"), value=write.number(found.units)),
        Kpi(label=_("Members"), value=write.number(found.members)),
        Kpi(label=_("Points"), value=write.number(found.points)),
        Kpi(label=_("Given in all") if is_donation else _("Cost so far"), value=desk.amount(found.cost_minor)),
    ]


def _facts(desk: Desk, reward: rewards.Reward) -> Facts:
    shelf = next((c for c in rewards.categories(desk.conn, desk.program_id) if c.code == reward.category), None)
    stock = _("unlimited") if reward.units_left is None else write.number(reward.units_left)
    rows = {
        _("Type"): desk.say(rewards.TYPES[reward.type].NAME),
        _("Category"): desk.say(shelf.name) if shelf else "–",
        _("What it gives"): reward_words.gives(desk, reward),
        _("For whom"): reward_words.whom(desk, reward),
        _("Offered"): reward_words.window(desk, reward),
        _("Codes left") if rewards.has_list(reward) else _("Units in stock"): stock,
        _("At most per member"): reward_words.limit(reward),
        _("What one costs the shop"): desk.amount(reward.cost_minor),
        **campaign_words.belonging(desk, reward.campaign_id),
    }
    return Facts(rows={name: text for name, text in rows.items() if text})


def _draw(desk: Desk, reward: rewards.Reward) -> dict[str, object] | None:
    """The draw: the hash before, the winners after."""
    found = rewards.draw_of(desk.conn, reward)
    if found is None:
        return None
    facts = {_("Hash of the seed"): _code(found.seed_hash), _("Committed on"): desk.moment(found.committed_at)}
    if found.drawn_at is not None and found.seed is not None:
        facts |= {
            _("Drawn on"): desk.moment(found.drawn_at),
            _("Drawn by"): found.drawn_by,
            _("Seed"): _code(found.seed.hex()),
            _("Outside words"): found.outside or "–",
            _("Entries"): write.number(found.entries),
            _("Hash of the entries"): _code(found.entries_hash),
        }
    is_over = reward.ends_at is not None and desk.at >= reward.ends_at
    return {
        "facts": Facts(rows=facts),
        "winners": _winners(desk, found) if found.drawn_at else None,
        "form": DrawForm() if found.drawn_at is None and is_over else None,
        "waits": found.drawn_at is None and not is_over,
        "export": reverse("rewards_entries", args=[reward.reward_id]),
    }


def _code(text: str) -> SafeString:
    return format_html('<code class="wraps">{}</code>', text)


def _winners(desk: Desk, draw: rewards.Draw) -> Table:
    who = members.several(desk.conn, desk.program_id, [one.member_id for one in draw.winners])
    return Table(
        caption=_("Winners"),
        columns=[
            Column(label=_("Member")),
            Column(label=_("Place"), end=True),
            Column(label=_("Entry"), end=True),
        ],
        rows=[
            Row(
                cells=[people.title_of(who[one.member_id]), write.number(one.place), write.number(one.entry)],
                href=reverse("members_show", args=[one.member_id]),
            )
            for one in draw.winners
            if one.member_id in who
        ],
    )


def _history(desk: Desk, reward: rewards.Reward) -> Table:
    rows = []
    for change in rewards.history(desk.conn, desk.program_id, reward.reward_id):
        is_first = "created" in change.changes
        rows.append(
            Row(
                cells=[
                    desk.moment(change.changed_at),
                    change.changed_by or "–",
                    reward_words.changes(desk, change, reward),
                    "–" if is_first else desk.markup("console/reward_change_button.html", change=change),
                ]
            )
        )
    return Table(
        caption=_("History"),
        columns=[
            Column(label=_("When")),
            Column(label=_("Who")),
            Column(label=_("What changed")),
            Column(label=_("Actions"), end=True),
        ],
        rows=rows,
    )


def _act(request: HttpRequest, desk: Desk, reward_id: UUID, act: Callable[[], str]) -> HttpResponse:
    """Do it in a savepoint; say what was done, or why it was not."""
    try:
        with desk.conn.transaction():
            text = act()
    except conditions.RuleInvalid as refusal:
        messages.error(request, refusals.of_rule(refusal, desk.language))
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise
        messages.error(request, refusals.words(refusal))
    else:
        messages.success(request, text)
    return redirect("rewards_show", reward_id)


@require_POST
@on_desk
def picture(request: HttpRequest, desk: Desk, reward_id: UUID) -> HttpResponse:
    """Give it a picture."""
    reward = rewards.get(desk.conn, desk.program_id, reward_id)
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a picture first: PNG, JPEG or WebP, at most 1 MB."))
        return redirect("rewards_show", reward_id)

    def act() -> str:
        found = rewards.pictures.read(form.cleaned_data["picture"].read(rewards.pictures.BYTES_MAX + 1))
        rewards.keep_picture(desk.conn, found, at=desk.at)
        shown = rewards.with_fields(reward, picture_id=found.picture_id, picture_alt=form.alt())
        flows.save_reward(desk.conn, desk.plan, shown, by=desk.actor.name, at=desk.at, seen=reward)
        desk.note("reward-pictured", reward=str(reward_id), picture=found.picture_id)
        return _("The picture is shown from now on.")

    return _act(request, desk, reward_id, act)


@require_POST
@on_desk
def codes(request: HttpRequest, desk: Desk, reward_id: UUID) -> HttpResponse:
    """Add codes of the partner to the list."""
    reward = rewards.get(desk.conn, desk.program_id, reward_id)
    form = CodesForm(request.POST)
    if not rewards.has_list(reward) or not form.is_valid():
        messages.error(request, _("Paste the codes first, one in a line."))
        return redirect("rewards_show", reward_id)

    def act() -> str:
        count = rewards.add_codes(desk.conn, reward, form.listed())
        desk.note("partner-codes-added", reward=str(reward_id), count=count)
        text = ngettext("%(count)s new code is in the list.", "%(count)s new codes are in the list.", count)
        return text % {"count": write.number(count)}

    return _act(request, desk, reward_id, act)


@require_POST
@on_desk
def draw(request: HttpRequest, desk: Desk, reward_id: UUID) -> HttpResponse:
    """Draw the winners of a sweepstake, once."""
    reward = rewards.get(desk.conn, desk.program_id, reward_id)
    form = DrawForm(request.POST)
    outside = form.cleaned_data["outside"] if form.is_valid() else ""

    def act() -> str:
        done = flows.draw_winners(desk.conn, desk.plan, reward, outside=outside, by=desk.actor.name, at=desk.at)
        desk.note("sweepstake-drawn", reward=str(reward_id), entries=done.entries)
        text = ngettext("%(count)s winner was drawn.", "%(count)s winners were drawn.", len(done.winners))
        return text % {"count": write.number(len(done.winners))}

    return _act(request, desk, reward_id, act)


@on_desk
def entries(_request: HttpRequest, desk: Desk, reward_id: UUID) -> HttpResponseBase:
    """The list of entries as it is hashed, so that anybody can do the draw again."""
    reward = rewards.get(desk.conn, desk.program_id, reward_id)
    rows = [(str(one), quantity) for one, _member, quantity in sorted(rewards.entries_of(desk.conn, reward))]
    return csv_export.answer(f"entries-{reward.code}", ["redemption", "entries"], rows)


@require_POST
@on_desk
def undo_change(request: HttpRequest, desk: Desk, reward_id: UUID, version: int) -> HttpResponse:
    """Undo one change by a new one."""
    reward = rewards.get(desk.conn, desk.program_id, reward_id)

    def act() -> str:
        flows.revert_reward(desk.conn, desk.plan, reward, version, by=desk.actor.name, at=desk.at)
        desk.note("reward-change-undone", reward=str(reward_id), version=version)
        return _("That change is undone; all others stand.")

    return _act(request, desk, reward_id, act)
