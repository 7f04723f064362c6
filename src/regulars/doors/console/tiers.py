"""Tiers: every set, who stands where, what other terms would mean before they are saved, and how they came about."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import challenge_words, people, refusals, tier_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Choice, Column, EmptyState, Row, Table, badge
from regulars.doors.console.tier_forms import LadderForm, blank
from regulars.flows import play_challenges
from regulars.kit.errors import Refusal
from regulars.program import challenges, tiers
from regulars.records import members

_SETS = 2


@on_desk
def show(request: HttpRequest, desk: Desk, code: str = "") -> HttpResponse:
    """A set with who stands where, the change that waits, and its history."""
    ladder = desk.plan.set_of(code)
    now, reach, _up, _down = _standing(desk, ladder)
    waiting = tiers.scheduled(desk.conn, desk.program_id, ladder.ladder_id)
    return render(
        request,
        "console/tiers.html",
        {
            "set": ladder,
            "title": tier_words.name(desk, ladder),
            "sets": _choices(desk, ladder),
            "can_add": len(desk.plan.ladders) < tiers.LADDERS_MAX,
            "ladder": _ladder(desk, ladder, now, reach),
            "facts": list(tier_words.facts(ladder)),
            "waiting": _waiting(desk, ladder, waiting[0]) if waiting else None,
            "milestones": _milestones(desk) if ladder.is_main else None,
            "history": _history(desk, ladder),
        },
    )


def _milestones(desk: Desk) -> Table:
    """The goals of a year or a quarter on the way through the tiers."""
    rows = [
        Row(
            cells=[
                desk.say(one.name),
                challenge_words.season_names()[one.season],
                _(", ").join(
                    f"{challenge_words.value(desk, one, m.target)}: {challenge_words.prize(desk, m)}"
                    for m in one.milestones
                ),
                challenge_words.state_badge(one.state),
            ],
            href=reverse("challenges_show", args=[one.challenge_id]),
        )
        for one in challenges.challenges(desk.conn, desk.program_id)
        if one.season in play_challenges.LONG and one.state is not challenges.State.ENDED
    ]
    return Table(
        caption=_("Milestones"),
        columns=[
            Column(label=_("Challenge")),
            Column(label=_("Season")),
            Column(label=_("Milestones")),
            Column(label=_("State")),
        ],
        rows=rows,
        empty=EmptyState(
            title=_("No milestones on the way"),
            text=_("A goal of a year or a quarter gives something on the way from one tier to the next."),
            icon="flag",
            action=_("Add a milestone"),
            href=f"{reverse('challenges_new')}?season=year",
        ),
    )


def _standing(desk: Desk, ladder: tiers.Ladder) -> tuple[dict[int, int], dict[int, int], int, int]:
    """How many members have each tier and reach exactly each tier today, how many go up and down."""
    cells = flows.tier_standings(desk.conn, desk.plan, ladder, at=desk.at)
    return flows.tally_standings(ladder, cells)


def _choices(desk: Desk, ladder: tiers.Ladder) -> list[Choice]:
    if len(desk.plan.ladders) < _SETS:
        return []
    return [
        Choice(
            label=tier_words.name(desk, one),
            href=reverse("tiers") if one.is_main else reverse("tiers_set", args=[one.code]),
            is_current=one is ladder,
        )
        for one in desk.plan.ladders
    ]


def _ladder(desk: Desk, ladder: tiers.Ladder, now: dict[int, int], reach: dict[int, int]) -> Table:
    rows = [
        Row(
            cells=[
                people.tier_badge(desk, tier),
                _threshold(desk, ladder, tier),
                f"{tier.points_factor:g}×" if ladder.is_main else "–",
                tier_words.benefits(desk, tier),
                write.number(now[tier.tier_id]),
                write.number(reach[tier.tier_id]),
            ]
        )
        for tier in ladder.tiers
    ]
    return Table(
        caption=_("Tiers"),
        columns=[
            Column(label=_("Tier")),
            Column(label=_("Threshold")),
            Column(label=_("Points"), end=True),
            Column(label=_("Benefits")),
            Column(label=_("Members"), end=True),
            Column(label=_("Reach it today"), end=True),
        ],
        rows=rows,
    )


def _threshold(desk: Desk, ladder: tiers.Ladder, tier: tiers.Tier) -> str:
    if not tier.rank:
        return _("everybody")
    if ladder.metric is tiers.Metric.SEGMENT:
        return flows.tier_needs(desk.plan, tier, desk.language)
    return people.counted(desk, tier.threshold, ladder)


def _waiting(desk: Desk, ladder: tiers.Ladder, waiting: tiers.Scheduled) -> dict[str, object]:
    _now, _then, up, down = _standing(desk, waiting.ladder)
    return {
        "day": write.day(waiting.effective_on),
        "changes": tier_words.changes(desk, ladder, waiting.ladder),
        "moves": _moves(up, down),
    }


def _moves(up: int, down: int) -> str:
    rises = ngettext("%(count)s member moves up", "%(count)s members move up", up) % {"count": write.number(up)}
    falls = ngettext(
        "%(count)s member reaches less and may fall at the review",
        "%(count)s members reach less and may fall at the review",
        down,
    ) % {"count": write.number(down)}
    return f"{rises}{_(' · ')}{falls}"


def _history(desk: Desk, ladder: tiers.Ladder) -> Table:
    found = tiers.versions(desk.conn, desk.program_id, ladder.ladder_id)
    rows = []
    for place, one in enumerate(found):
        before = found[place + 1].ladder if place + 1 < len(found) else None
        label, tone = tier_words.state_names()[one.state]
        who = one.saved_by if not one.withdrawn_by else f"{one.saved_by}{_(' · ')}{one.withdrawn_by}"
        button = (
            desk.markup("console/tiers_undo_button.html", code=ladder.code, version=one.version)
            if one.state == "past"
            else "–"
        )
        rows.append(
            Row(
                cells=[
                    desk.moment(one.saved_at) if one.saved_at else "–",
                    who,
                    str(one.version),
                    format_html("{} {}", badge(label, tone), write.day(one.effective_on) if one.effective_on else ""),
                    format_html('{}<div class="soft">{}</div>', tier_words.changes(desk, before, one.ladder), one.note),
                    button,
                ]
            )
        )
    return Table(
        caption=_("History"),
        columns=[
            Column(label=_("When")),
            Column(label=_("Who")),
            Column(label=_("Version")),
            Column(label=_("State")),
            Column(label=_("What changed")),
            Column(label=_("Actions"), end=True),
        ],
        rows=rows,
    )


@on_desk
def edit(request: HttpRequest, desk: Desk, code: str = "") -> HttpResponse:
    """A whole set in one form; `?add=1` has room for one more tier."""
    return _edit(request, desk, desk.plan.set_of(code))


@on_desk
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new set beside the main one."""
    return _edit(request, desk, blank(desk))


def _edit(request: HttpRequest, desk: Desk, ladder: tiers.Ladder) -> HttpResponse:
    adds = "add" in request.GET
    form = LadderForm(desk, ladder, request.POST if request.method == "POST" else None, adds=adds)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                done = _save(desk, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            return _saved(request, desk, form, done)
    back = reverse("tiers") if ladder.is_main or not ladder.code else reverse("tiers_set", args=[ladder.code])
    effect = reverse("tiers_effect") if ladder.is_main else ""
    if ladder.code and not ladder.is_main:
        effect = reverse("tiers_set_effect", args=[ladder.code])
    title = tier_words.name(desk, ladder) if ladder.code else _("New set of tiers")
    facts = {"form": form, "adds": adds, "back": back, "effect": effect, "title": title}
    page = render(request, "console/tiers_edit.html", facts)
    return wrong(page) if form.errors else page


def _save(desk: Desk, form: LadderForm) -> flows.TierSetSaved:
    given = form.cleaned_data
    return flows.save_tier_set(
        desk.conn,
        desk.plan,
        form.wanted(),
        by=desk.operator,
        at=desk.at,
        effective_on=given.get("effective_on"),
        note=given.get("note", "").strip(),
    )


def _saved(request: HttpRequest, desk: Desk, form: LadderForm, done: flows.TierSetSaved) -> HttpResponse:
    wanted = form.wanted()
    desk.note("tiers-saved", tier_set=wanted.code, version=done.version)
    if done.is_scheduled:
        said = _("Saved. It begins on %(day)s; until then the present terms decide.")
        messages.success(request, said % {"day": write.day(form.cleaned_data["effective_on"])})
    elif done.is_new:
        messages.success(request, _("Saved. Members move up with their next purchase, down at their review."))
    else:
        messages.info(request, _("Nothing changed, so there is no new version."))
    return redirect("tiers") if wanted.is_main else redirect("tiers_set", wanted.code)


@on_desk
def effect(request: HttpRequest, desk: Desk, code: str = "") -> HttpResponse:
    """A fragment: how many members each tier of the form would have, beside how many reach it now, and who moves."""
    ladder = desk.plan.set_of(code)
    form = LadderForm(desk, ladder, request.GET, adds="threshold_new" in request.GET)
    if not form.is_valid():
        text = _("Fill in every threshold to see what it means.")
        return render(request, "console/effect.html", {"text": text}, status=422)
    wanted = form.wanted()
    try:
        seen = flows.preview_tier_set(desk.conn, desk.plan, wanted, at=desk.at)
    except Refusal as refusal:
        return render(request, "console/effect.html", {"text": refusals.words(refusal)}, status=422)
    _now, now, _up, _down = _standing(desk, ladder)
    said = [
        _("%(tier)s %(then)s (%(change)s)")
        % {
            "tier": desk.say(tier.name),
            "then": write.number(seen.then[tier.tier_id]),
            "change": write.signed(seen.then[tier.tier_id] - now.get(tier.tier_id, 0)),
        }
        for tier in wanted.tiers
    ]
    text = _("Members who would reach each tier today: %(counts)s") % {"counts": " · ".join(said)}
    parts = [text, _moves(seen.up, seen.down), _names(desk, seen)]
    return render(request, "console/effect.html", {"text": _("; ").join(part for part in parts if part)})


def _names(desk: Desk, seen: flows.TierMoves) -> str:
    if not seen.falling:
        return ""
    found = members.several(desk.conn, desk.program_id, list(seen.falling))
    names = _(", ").join(people.title_of(found[one]) for one in seen.falling if one in found)
    return _("among them %(names)s") % {"names": names}


@require_POST
@on_desk
def withdraw(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Take back the change that waits for its day."""
    ladder = desk.plan.set_of(code)
    if tiers.withdraw(desk.conn, ladder, by=desk.operator):
        desk.note("tiers-change-withdrawn", tier_set=ladder.code)
        messages.success(request, _("Taken back. The present terms go on."))
    return redirect("tiers") if ladder.is_main else redirect("tiers_set", ladder.code)


@require_POST
@on_desk
def undo(request: HttpRequest, desk: Desk, code: str, version: int) -> HttpResponse:
    """Give a set the terms of an earlier version again, as a new one."""
    ladder = desk.plan.set_of(code)
    try:
        with desk.conn.transaction():
            done = flows.undo_tier_set(
                desk.conn, desk.plan, ladder, version, by=desk.operator, at=desk.at, effective_on=None
            )
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
    else:
        desk.note("tiers-undone", tier_set=ladder.code, version=done.version)
        messages.success(
            request, _("Version %(old)s holds again, as version %(new)s.") % {"old": version, "new": done.version}
        )
    return redirect("tiers") if ladder.is_main else redirect("tiers_set", ladder.code)
