"""Segments: the list, one with whom it holds and how it grew, two side by side, and the form that makes one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from regulars import flows
from regulars.audience import segments
from regulars.doors.console import csv_export, database, history, people, refusals
from regulars.doors.console import format as write
from regulars.doors.console.charts import Chart, Kind, Series
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Facts, Row, Table, badge
from regulars.doors.console.segment_forms import SegmentForm
from regulars.kit.clock import ONE_DAY, first_instant
from regulars.kit.errors import Refusal
from regulars.records import members

_LISTED = 12
_EXPORT_PAGE = 1_000
_DAYS = 60
_FIRST_DAY = date(2000, 1, 1)


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All of them; what is archived stands below."""
    found = sorted(segments.every(desk.conn, desk.program_id), key=lambda one: (one.is_archived, -one.members))
    everybody = members.count(desk.conn, desk.program_id)
    rows = [
        Row(
            cells=[
                desk.say(one.name),
                flows.describe_segment(desk.plan, one.condition, desk.language) or one.condition,
                write.number(one.members),
                write.percent(one.members / everybody) if everybody else "–",
                desk.short_moment(one.refreshed_at) if one.refreshed_at else "–",
                _state(one),
            ],
            href=reverse("segments_show", args=[one.code]),
        )
        for one in found
    ]
    table = Table(
        caption=_("Segments"),
        columns=[
            Column(label=_("Segment")),
            Column(label=_("Whom it means")),
            Column(label=_("Members"), end=True),
            Column(label=_("Of all members"), end=True),
            Column(label=_("Found at")),
            Column(label=_("State")),
        ],
        rows=rows,
        empty=EmptyState(
            title=_("No segments yet"),
            text=_("A segment gives a name to members who have something in common, and follows who comes and goes."),
            icon="funnel",
            action=_("Add a segment"),
            href=reverse("segments_new"),
        ),
    )
    taken = {one.code for one in found}
    cards = [(code, template) for code, template in segments.TEMPLATES.items() if code not in taken]
    begun = [
        {
            "href": f"{reverse('segments_new')}?template={code}",
            "name": desk.say(one.name),
            "lead": desk.say(one.lead),
            "icon": one.icon,
        }
        for code, one in cards
    ]
    return render(request, "console/segments.html", {"segments": table, "cards": begun})


def _state(one: segments.Segment) -> SafeString:
    if one.is_archived:
        return badge(_("Archived"))
    if one.problem:
        return badge(_("Names something that is gone"), "warn")
    return badge(_("Kept up to date"), "good")


@on_desk
def one(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """One of them: whom it means, who is in it, how it grew. `?on=` is a past day, `?beside=` another segment."""
    found = segments.find(desk.conn, desk.program_id, code)
    others = [
        other
        for other in segments.every(desk.conn, desk.program_id)
        if other.segment_id != found.segment_id and not other.is_archived
    ]
    at, on = _moment(desk, request.GET.get("on", ""))
    count = segments.count(desk.conn, found, at=at)
    everybody = members.count(desk.conn, desk.program_id)
    beside = next((other for other in others if other.code == request.GET.get("beside")), None)
    return render(
        request,
        "console/segment.html",
        {
            "segment": found,
            "title": desk.say(found.name),
            "state": _state(found),
            "said": flows.describe_segment(desk.plan, found.condition, desk.language),
            "on": on,
            "today": desk.today,
            "facts": Facts(
                rows={
                    _("Members then") if on else _("Members"): write.number(count),
                    **({} if on else {_("Of all members"): write.percent(count / everybody) if everybody else "–"}),
                    _("Found at"): desk.moment(found.refreshed_at) if found.refreshed_at else "–",
                    _("Tells other systems"): _("Yes") if found.is_told else _("No"),
                    _("Code of the segment"): found.code,
                    **({_("Note"): found.note} if found.note else {}),
                }
            ),
            "members": _members(desk, found, at),
            "chart": _growth(desk, found),
            "others": [(other.code, desk.say(other.name)) for other in others],
            "beside": beside.code if beside else "",
            "overlap": _overlap(desk, found, beside) if beside else None,
            "history": history.table(
                desk, segments.history(desk.conn, found), _field_names(), lambda _name, told: told
            ),
        },
    )


def _moment(desk: Desk, given: str) -> tuple[datetime, str]:
    """The end of a past day, and the day as the page shows it; now for today and for what is no day."""
    try:
        on = date.fromisoformat(given)
    except ValueError:
        return desk.at, ""
    if not _FIRST_DAY <= on < desk.today:
        return desk.at, ""
    return first_instant(on + ONE_DAY, desk.program.time_zone), given


def _field_names() -> dict[str, str]:
    return {
        "name": _("Name"),
        "note": _("Note"),
        "condition": _("Whom it means"),
        "is_told": _("Tells other systems"),
        "is_archived": _("Archived"),
    }


def _members(desk: Desk, found: segments.Segment, at: datetime) -> Table:
    seated = segments.members(desk.conn, found, at=at, limit=_LISTED)
    known = members.several(desk.conn, desk.program_id, [member_id for member_id, _at in seated])
    rows = [
        Row(
            cells=[people.title_of(known[member_id]), people.hint_of(known[member_id]), desk.moment(since)],
            href=reverse("members_show", args=[member_id]),
        )
        for member_id, since in seated
        if member_id in known
    ]
    return Table(
        caption=_("Members"),
        columns=[Column(label=_("Member")), Column(label=_("Identifier")), Column(label=_("In it since"))],
        rows=rows,
        empty=EmptyState(title=_("Nobody is in it"), text=_("Who meets the condition comes in by itself.")),
    )


def _growth(desk: Desk, found: segments.Segment) -> Chart | None:
    days = segments.days(desk.conn, found, since_on=desk.today - timedelta(days=_DAYS))
    if len(days) < 2:
        return None
    filled = [days[0]]
    for earlier, later in pairwise(days):
        missing = (later.on_date - earlier.on_date).days - 1
        filled += [replace(earlier, on_date=earlier.on_date + timedelta(days=n + 1)) for n in range(missing)]
        filled.append(later)
    return Chart(
        title=_("Members by day"),
        labels=[write.short_day(day.on_date) for day in filled],
        series=[Series(name=_("Members"), values=[day.members for day in filled])],
        kind=Kind.AREA,
    )


def _overlap(desk: Desk, found: segments.Segment, beside: segments.Segment) -> Table:
    both = segments.overlap(desk.conn, found, beside)
    only = ((desk.say(found.name), both.first), (desk.say(beside.name), both.second))
    rows = [
        Row(cells=[_("Only in %(segment)s") % {"segment": name}, write.number(n - both.both), _share(n - both.both, n)])
        for name, n in only
    ]
    smaller = min(both.first, both.second)
    rows.insert(1, Row(cells=[_("In both"), write.number(both.both), _share(both.both, smaller)]))
    return Table(
        caption=_("Overlap"),
        columns=[
            Column(label=_("Members")),
            Column(label=_("How many"), end=True),
            Column(label=_("Share"), end=True),
        ],
        rows=rows,
    )


def _share(part: int, whole: int) -> str:
    return write.percent(part / whole) if whole else "–"


@on_desk
def edit(request: HttpRequest, desk: Desk, code: str = "") -> HttpResponse:
    """A segment, or a new one, empty or from a template (`?template=`)."""
    before = segments.find(desk.conn, desk.program_id, code) if code else None
    template = segments.TEMPLATES.get(request.GET.get("template", "")) if not before else None
    form = SegmentForm(desk, request.POST if request.method == "POST" else None, before=before, template=template)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                saved = flows.save_segment(
                    desk.conn, desk.plan, form.wanted(desk, before), by=desk.operator, at=desk.at
                )
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("segment-saved", segment=saved.code)
            said = _("“%(name)s” is saved and holds %(count)s members now.")
            messages.success(request, said % {"name": desk.say(saved.name), "count": write.number(saved.members)})
            return redirect("segments_show", saved.code)
    title = desk.say(before.name) if before else _("New segment")
    page = render(request, "console/segment_edit.html", {"form": form, "title": title, "segment": before})
    return wrong(page) if form.errors else page


@require_POST
@on_desk
def move(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Find it again now, archive it, or take it out of the archive."""
    found = segments.find(desk.conn, desk.program_id, code)
    asked = request.POST.get("do", "")
    if asked in ("archive", "restore"):
        wanted = replace(found, is_archived=asked == "archive")
        with desk.conn.transaction():
            flows.save_segment(desk.conn, desk.plan, wanted, by=desk.operator, at=desk.at)
        desk.note("segment-moved", segment=code, to=asked)
        said = _("It is archived: who is in it stays as it was.") if asked == "archive" else _("It is kept again.")
        messages.success(request, said)
    elif asked == "refresh":
        with desk.conn.transaction():
            moved = flows.refresh_segment(desk.conn, desk.plan, found, at=desk.at)
        if moved is None:
            messages.error(request, _("Its condition names something that is gone: edit it."))
        else:
            messages.success(request, _("It holds %(count)s members now.") % {"count": write.number(moved.members)})
    return redirect("segments_show", code)


@on_desk
def export(request: HttpRequest, desk: Desk, code: str) -> HttpResponseBase:
    """Who is in it now, as a file; without phone numbers and e-mail addresses."""
    del request
    found = segments.find(desk.conn, desk.program_id, code)
    desk.note("segment-exported", segment=code, members=found.members)
    head = [_("Member id"), _("Shop's id"), _("Name"), _("In it since")]
    return csv_export.answer(f"segment-{code}", head, _lines(desk, found))


def _lines(desk: Desk, found: segments.Segment) -> Iterator[list[str]]:
    after = segments.FIRST
    while True:
        with database.transaction() as conn:
            page = segments.members(conn, found, at=desk.at, after=after, limit=_EXPORT_PAGE)
            known = members.several(conn, desk.program_id, [member_id for member_id, _at in page])
        for member_id, since in page:
            one = known.get(member_id)
            yield [str(member_id), one.external_id if one else "", one.name if one else "", desk.moment(since)]
        if len(page) < _EXPORT_PAGE:
            return
        after = page[-1][0]


def of_member(desk: Desk, member_id: UUID) -> SafeString:
    """The segments a member is in, as links: for their page."""
    since = segments.of_member(desk.conn, desk.program_id, member_id)
    found = segments.every(desk.conn, desk.program_id) if since else []
    links = [
        (reverse("segments_show", args=[one.code]), desk.say(one.name))
        for one in found
        if one.segment_id in since and not one.is_archived
    ]
    return format_html_join(" ", '<a class="pill" href="{}">{}</a>', links)
