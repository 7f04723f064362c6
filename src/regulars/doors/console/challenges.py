"""Challenges: the list, one with its milestones, leaderboard and history, and the form that makes or changes one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from regulars.doors.console import campaign_words, history, refusals
from regulars.doors.console import challenge_words as words
from regulars.doors.console import format as write
from regulars.doors.console.challenge_forms import ChallengeForm
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Facts, Row, Table, meter
from regulars.flows import play_challenges
from regulars.kit.errors import Refusal
from regulars.program import challenges

_PLACES = 20
_BADGES = 12


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All of them, newest first."""
    found = challenges.challenges(desk.conn, desk.program_id)[::-1]
    figures = challenges.figures(desk.conn, found)
    rows = []
    for one in found:
        players, reached, points = figures[one.challenge_id]
        rows.append(
            Row(
                cells=[
                    desk.say(one.name),
                    words.what(desk, one),
                    words.value(desk, one, one.target),
                    words.season_names()[one.season],
                    write.number(players),
                    write.number(reached),
                    write.number(points),
                    words.state_badge(one.state),
                ],
                href=reverse("challenges_show", args=[one.challenge_id]),
            )
        )
    table = Table(
        caption=_("Challenges"),
        columns=[
            Column(label=_("Challenge")),
            Column(label=_("Activity that counts")),
            Column(label=_("Goal"), end=True),
            Column(label=_("Season")),
            Column(label=_("Members who play"), end=True),
            Column(label=_("Goals reached"), end=True),
            Column(label=_("Points given"), end=True),
            Column(label=_("State")),
        ],
        rows=rows,
        empty=EmptyState(
            title=_("No challenges yet"),
            text=_("Three visits in a month, five categories, seven days in a row: a goal with a prize."),
            icon="trophy",
            action=_("Add a challenge"),
            href=reverse("challenges_new"),
        ),
    )
    return render(request, "console/challenges.html", {"challenges": table})


@on_desk
def one(request: HttpRequest, desk: Desk, challenge_id: UUID) -> HttpResponse:
    """One of them."""
    found = challenges.get(desk.conn, desk.program_id, challenge_id)
    players, reached, points = challenges.figures(desk.conn, [found])[challenge_id]
    changes = challenges.history(desk.conn, desk.program_id, challenge_id)
    return render(
        request,
        "console/challenge.html",
        {
            "challenge": found,
            "title": desk.say(found.name),
            "state": words.state_badge(found.state),
            "subtitle": desk.say(found.description) if found.description else "",
            "can_begin": found.state in (challenges.State.DRAFT, challenges.State.PAUSED),
            "is_live": found.state is challenges.State.LIVE,
            "is_open": found.state is not challenges.State.ENDED,
            "facts": Facts(
                rows={
                    _("Activity that counts"): words.what(desk, found),
                    _("Only where"): words.condition(desk, found) or "–",
                    _("Season"): words.season_names()[found.season],
                    _("Validity"): words.span(desk, found),
                    _("Members who play"): write.number(players),
                    _("Goals reached"): write.number(reached),
                    _("Points given"): write.number(points),
                    _("Code of the challenge"): found.code,
                    **campaign_words.belonging(desk, found.campaign_id),
                }
            ),
            "milestones": _milestones(desk, found),
            "board": _board(desk, found),
            "board_note": words.season(desk, found),
            "history": history.table(
                desk,
                changes,
                words.field_names(),
                lambda name, told: words.field_value(desk, found, name, told),
            ),
        },
    )


def _milestones(desk: Desk, found: challenges.Challenge) -> Table:
    return Table(
        caption=_("Milestones"),
        columns=[Column(label=_("Reached at")), Column(label=_("Gives"), end=True)],
        rows=[Row(cells=[words.value(desk, found, m.target), words.prize(desk, m)]) for m in found.milestones],
    )


def _board(desk: Desk, found: challenges.Challenge) -> Table:
    season_on = challenges.season_on(found.season, desk.today)
    places = challenges.leaderboard(desk.conn, found, season_on, limit=_PLACES)
    return Table(
        caption=_("Leaderboard"),
        columns=[Column(label=_("Pseudonym")), Column(label=_("Rank"), end=True), Column(label=_("Value"), end=True)],
        rows=[Row(cells=[p.pseudonym, write.number(p.rank), words.value(desk, found, p.value)]) for p in places],
        empty=EmptyState(
            title=_("Nobody is listed"),
            text=_("Members show here once they ask to be listed, under a name they choose."),
            icon="trophy",
        ),
    )


@on_desk
def edit(request: HttpRequest, desk: Desk, challenge_id: UUID | None = None) -> HttpResponse:
    """A challenge, or a new one."""
    before = challenges.get(desk.conn, desk.program_id, challenge_id) if challenge_id else None
    form = ChallengeForm(
        desk, request.POST if request.method == "POST" else None, before, season=request.GET.get("season", "")
    )
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                wanted = form.wanted(desk, before)
                challenges.save(desk.conn, wanted, by=desk.operator, at=desk.at)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("challenge-saved", challenge=str(wanted.challenge_id))
            messages.success(request, _("“%(name)s” is saved.") % {"name": desk.say(wanted.name)})
            return redirect("challenges_show", wanted.challenge_id)
    title = desk.say(before.name) if before else _("New challenge")
    is_fixed = before is not None and before.state is not challenges.State.DRAFT
    page = render(request, "console/challenge_edit.html", {"form": form, "title": title, "is_fixed": is_fixed})
    return wrong(page) if form.errors else page


@require_POST
@on_desk
def move(request: HttpRequest, desk: Desk, challenge_id: UUID) -> HttpResponse:
    """Begin, pause or end it."""
    told = {"live": challenges.State.LIVE, "paused": challenges.State.PAUSED, "ended": challenges.State.ENDED}
    before = challenges.get(desk.conn, desk.program_id, challenge_id)
    state = told.get(request.POST.get("state", ""), before.state)
    try:
        with desk.conn.transaction():
            challenges.save(desk.conn, replace(before, state=state), by=desk.operator, at=desk.at)
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
    else:
        desk.note("challenge-moved", challenge=str(challenge_id), state=state.name.lower())
        said = {
            challenges.State.LIVE: _("It counts from now on."),
            challenges.State.PAUSED: _("It is paused: what happens now does not count."),
            challenges.State.ENDED: _("It has ended. Members keep what they got."),
        }
        messages.success(request, said.get(state, ""))
    return redirect("challenges_show", challenge_id)


def of_member(desk: Desk, member_id: UUID) -> dict[str, object]:
    """How far a member is in what is live, and their badges: for their page."""
    progress = challenges.progress(desk.conn, member_id) if desk.plan.challenges else {}
    names = {one.challenge_id: desk.say(one.name) for one in desk.plan.challenges}
    bars: list[tuple[str, SafeString]] = []
    for one in play_challenges.open_to(desk.conn, desk.plan, member_id, at=desk.at):
        at = progress.get((one.challenge_id, challenges.season_on(one.season, desk.today)))
        if at:
            text = f"{words.value(desk, one, at.value)} / {words.value(desk, one, one.target)}"
            bars.append((names[one.challenge_id], meter(at.value, one.target, names[one.challenge_id], text)))
    badges = [
        (desk.say(award.badge), names.get(award.challenge_id, ""))
        for award in (challenges.awards(desk.conn, member_id) if progress else [])
        if award.badge and award.taken_back_at is None
    ]
    return {"bars": bars, "badges": badges[:_BADGES]}
