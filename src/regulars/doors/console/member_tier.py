"""A member's tiers on their page: other sets, what would be lost, notices, history; and giving a tier by hand."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.doors.console import challenge_words, people, refusals, tier_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.once import OnceForm
from regulars.flows import play_challenges
from regulars.kit.errors import Kind, Refusal
from regulars.program import tiers
from regulars.records import members

_HISTORY = 6
_NO_TIER = ""


def notes(desk: Desk, ladder: tiers.Ladder, found: tiers.Progress) -> Iterator[str]:
    """What to know about a tier beside its progress: that it ends, was given by hand, and what would be lost."""
    if found.falls_on is not None and found.falls_to is not None:
        yield _("Told: falls to %(tier)s after %(day)s") % {
            "tier": desk.say(found.falls_to.name),
            "day": write.day(found.falls_on),
        }
    if found.is_manual and found.review_on is not None:
        yield _("Given by hand until %(day)s") % {"day": write.day(found.review_on)}
    lower = found.falls_to or flows.tier_below(ladder, found.tier)
    if found.kept_by and lower is not None:
        lost = [desk.say(one.words) for one in tiers.lost(found.tier.benefits, lower.benefits)]
        if lost:
            yield _("Would lose: %(benefits)s") % {"benefits": _(", ").join(lost)}


def card(desk: Desk, member: members.Member) -> dict[str, Any]:
    """What the page of a member shows of their tiers beside the main one's progress."""
    return {
        "further_tiers": further(desk, member),
        "tier_milestones": milestones(desk, member.member_id),
        "tier_history": history(desk, member.member_id),
    }


def further(desk: Desk, member: members.Member) -> list[dict[str, Any]]:
    """The other sets: the tier there and what is missing."""
    found = []
    for ladder in desk.plan.further_ladders:
        progress = flows.tier_standing(desk.conn, desk.plan, ladder, member, at=desk.at)
        above = progress.next_tier
        missing = ""
        if above is not None:
            missing = _("%(missing)s more for %(tier)s") % {
                "missing": people.counted(desk, progress.missing, ladder),
                "tier": desk.say(above.name),
            }
            if ladder.metric is tiers.Metric.SEGMENT:
                missing = flows.tier_needs(desk.plan, above, desk.language)
        found.append(
            {
                "name": tier_words.name(desk, ladder),
                "tier": people.tier_badge(desk, progress.tier),
                "missing": missing,
                "notes": list(notes(desk, ladder, progress)),
            }
        )
    return found


def milestones(desk: Desk, member_id: UUID) -> list[str]:
    """How far they are on the goals of a year or a quarter, in words."""
    found = []
    for one in play_challenges.milestones(desk.conn, desk.plan, member_id, at=desk.at):
        said = {"name": desk.say(one.challenge.name), "value": challenge_words.value(desk, one.challenge, one.value)}
        above = one.next
        if above is None:
            found.append(_("“%(name)s”: all milestones are reached (%(value)s)") % said)
        else:
            said |= {"target": challenge_words.value(desk, one.challenge, above.target)}
            found.append(_("“%(name)s”: %(value)s of %(target)s") % said)
    return found


def history(desk: Desk, member_id: UUID) -> list[dict[str, str]]:
    """The newest steps on every set: when, from → to, why, by whom."""
    known = {ladder.ladder_id: ladder for ladder in desk.plan.ladders}
    found = tiers.moves(desk.conn, member_id, limit=_HISTORY, ladder_ids=list(known))
    return [
        {
            "when": desk.local_day(move.moved_at),
            "step": f"{_tier(desk, known, move, move.from_tier_id)} → {_tier(desk, known, move, move.to_tier_id)}",
            "why": " · ".join(part for part in _why(move) if part),
        }
        for move in found
    ]


def _tier(desk: Desk, known: dict[int, tiers.Ladder], move: tiers.Move, tier_id: int) -> str:
    return desk.say(known[move.ladder_id].tier(tier_id).name)


def _why(move: tiers.Move) -> Iterator[str]:
    yield tier_words.cause_names()[move.cause]
    yield move.by
    yield move.reason
    if move.until is not None:
        yield _("until %(day)s") % {"day": write.day(move.until)}


class TierForm(OnceForm):
    """Which tier, until when, and why; one choice for all sets."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"))
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The last day it is kept by hand; then it is reviewed like every other."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("Kept with your name; staff reads it.")
    )

    def __init__(self, desk: Desk, data: Any = None) -> None:
        super().__init__(data)
        choices = []
        for ladder in desk.plan.ladders:
            names = [(f"{ladder.code}:{tier.tier_id}", desk.say(tier.name)) for tier in ladder.tiers[1:]]
            choices.append(
                (tier_words.name(desk, ladder), [*names, (f"{ladder.code}:{_NO_TIER}", _("What they reach"))])
            )
        self.fields["tier"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> tuple[str, int | None]:
        """The set and the tier."""
        code, _colon, tier_id = self.cleaned_data["tier"].rpartition(":")
        return code, int(tier_id) if tier_id else None


@on_desk
def give(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Give a tier until a day, or end what was given."""
    who = members.get(desk.conn, desk.program_id, member_id)
    form = TierForm(desk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                return _give(request, desk, member_id, form)
        except Refusal as refusal:
            if refusal.kind is Kind.NOT_FOUND:
                raise
            form.add_error(None, refusals.words(refusal))
    page = render(
        request,
        "console/form_page.html",
        {
            "title": _("Give a tier"),
            "lead_text": _("A floor until its day: what is reached above it counts as ever."),
            "back": reverse("members_show", args=[member_id]),
            "back_label": people.title_of(who),
            "form": form,
            "fields": "console/plain_form.html",
        },
    )
    return wrong(page) if form.errors else page


def _give(request: HttpRequest, desk: Desk, member_id: UUID, form: TierForm) -> HttpResponse:
    given, (code, tier_id) = form.cleaned_data, form.chosen()
    done = flows.set_tier(
        desk.conn,
        desk.plan,
        member_id,
        tier_id,
        until=given["until"] if tier_id is not None else None,
        reason=given["reason"],
        by=desk.actor,
        reference=f"console-{given['token']}",
        at=desk.at,
        tier_set=code,
    )
    tier = desk.plan.set_of(code).tier(done.move.to_tier_id)
    if done.outcome == "done":
        desk.note("tier-given", member=str(member_id), tier_set=code, tier=tier.tier_id)
    messages.success(request, _("The tier is %(tier)s now.") % {"tier": desk.say(tier.name)})
    return redirect("members_show", member_id)
