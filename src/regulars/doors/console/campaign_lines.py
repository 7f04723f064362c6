"""Stop-loss lines of a campaign: what they say, what they were last seen at, and a try on the past."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars import flows
from regulars.doors.console import campaign_words as words
from regulars.doors.console import format as write
from regulars.doors.console import refusals
from regulars.doors.console.campaign_forms import LineForm
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Row, Table, badge
from regulars.kit.errors import Refusal
from regulars.program import campaigns


def table(desk: Desk, found: campaigns.Campaign) -> Table:
    """The lines of a campaign."""
    every = campaigns.lines(desk.conn, desk.program_id, found.campaign_id)
    return Table(
        caption=_("Stop-loss lines"),
        columns=[
            Column(label=_("Line")),
            Column(label=_("When it is crossed")),
            Column(label=_("Last seen at"), end=True),
            Column(label=_("State")),
        ],
        rows=[
            Row(
                cells=[
                    words.line_sentence(desk, one.terms),
                    words.action_names()[one.terms.action],
                    words.reading(desk, one),
                    _state(desk, one),
                ],
                href=reverse("campaigns_line", args=[found.campaign_id, one.line_id]),
            )
            for one in every
        ],
        empty=EmptyState(
            title=_("Nothing stops it but its budget"),
            text=_("A line watches a figure, and pauses the campaign when it is bad and sure."),
            icon="shield-alert",
            action=_("Add a line"),
            href=reverse("campaigns_line_new", args=[found.campaign_id]),
        ),
    )


def _state(desk: Desk, line: campaigns.StopLine) -> SafeString:
    if not line.is_on:
        return badge(_("Off"))
    if line.fired_at is not None:
        return badge(_("Fired %(when)s") % {"when": desk.short_moment(line.fired_at)}, "bad")
    return badge(_("Watched"), "good")


@on_desk
def show(request: HttpRequest, desk: Desk, campaign_id: int, line_id: int | None = None) -> HttpResponse:
    """A stop-loss line, or a new one; `try` shows on which past days it would have fired and saves nothing."""
    found = campaigns.get(desk.conn, desk.program_id, campaign_id)
    every = {one.line_id: one for one in campaigns.lines(desk.conn, desk.program_id, campaign_id)}
    if line_id is not None and line_id not in every:
        raise Http404
    before = every[line_id] if line_id is not None else None
    form = LineForm(desk, before, request.POST if request.method == "POST" else None)
    page: dict[str, Any] = {"form": form, "campaign": found, "name": desk.say(found.terms.name), "line": before}
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("what") == "try":
                page |= _tried(desk, campaign_id, form.terms())
            else:
                _save(desk, campaign_id, line_id, form)
                messages.success(request, _("Saved. It is watched every minute while the campaign is live."))
                return redirect("campaigns_show", campaign_id)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    response = render(request, "console/campaign_line.html", page)
    return wrong(response) if form.errors else response


def _save(desk: Desk, campaign_id: int, line_id: int | None, form: LineForm) -> None:
    with desk.conn.transaction():
        campaigns.set_line(
            desk.conn,
            desk.program_id,
            campaign_id,
            form.terms(),
            by=desk.actor,
            at=desk.at,
            line_id=line_id,
            is_on=form.cleaned_data["is_on"],
        )
    desk.note("stop-line-saved", campaign=campaign_id)


def _tried(desk: Desk, campaign_id: int, terms: campaigns.LineTerms) -> dict[str, Any]:
    """What the line would have said on the past days."""
    told = flows.dry_run_line(desk.conn, desk.plan, campaign_id, terms, at=desk.at)
    fired = [reading.on for reading, verdict in told if verdict is campaigns.Verdict.FIRES]
    days = _(", ").join(write.day(on) for on in fired)
    if not told:
        said = _("The campaign was not launched yet: there is no past to try it on.")
    elif not fired:
        said = _("It would not have fired on any of the last %(days)s days.") % {"days": len(told)}
    else:
        said = ngettext(
            "It would have fired once: %(days)s.", "It would have fired %(count)s times: %(days)s.", len(fired)
        )
        said = said % {"days": days, "count": len(fired)}
    return {"tried": _days(desk, terms.metric, told) if told else None, "tried_said": said}


def _days(desk: Desk, metric: str, told: list[tuple[campaigns.Reading, campaigns.Verdict]]) -> Table:
    def say(amount: float | None) -> str:
        return words.figure(desk, metric, amount)

    return Table(
        caption=_("Day by day"),
        columns=[
            Column(label=_("Day")),
            Column(label=_("Figure"), end=True),
            Column(label=_("95% interval"), end=True),
            Column(label=_("Sample"), end=True),
            Column(label=_("The line says")),
        ],
        rows=[
            Row(
                cells=[
                    write.day(reading.on),
                    say(reading.value),
                    f"{say(reading.low)} … {say(reading.high)}",
                    write.number(reading.sample),
                    words.verdict_badge(verdict),
                ]
            )
            for reading, verdict in reversed(told)
        ],
    )
