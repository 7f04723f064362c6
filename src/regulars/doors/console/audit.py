"""The audit log: who did what, by person, kind, member and days; how far it is sealed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.doors.console import audit_words as words
from regulars.doors.console import csv_export, paging, people
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Choice, Column, EmptyState, Row, Table
from regulars.records import audit, members

_PAGE = 50
_EXPORT_MAX = 100_000
_PEOPLE = 50
_DAYS = 30


class _Asked(NamedTuple):
    """What the page is narrowed to."""

    group: str
    person: str
    member_id: UUID | None
    from_on: date
    to_on: date
    before: int | None


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page. `?kind=`, `?person=`, `?member=`, `?from=` and `?to=` narrow it, `?after=` goes on."""
    asked = _read(request, desk)
    found = _notes(desk, asked, _PAGE + 1)
    shown = found[:_PAGE]
    last = (shown[-1].place,) if len(found) > _PAGE else None
    who = people.owners(desk, list({one.member_id for one in shown if one.member_id}))
    sealed, digest = audit.reach(desk.conn)
    waiting = audit.waiting(desk.conn)
    kept = {"kind": asked.group, "person": asked.person, "from": str(asked.from_on), "to": str(asked.to_on)}
    return render(
        request,
        "console/audit.html",
        {
            "notes": _table(desk, shown, who),
            "choices": [
                Choice(label=str(label), href=paging.address(request, kind=key), is_current=key == asked.group)
                for key, label in [("", _("All")), *((key, name) for key, (name, _verbs) in words.GROUPS.items())]
            ],
            "people": audit.people(desk.conn, desk.program_id, limit=_PEOPLE),
            "asked": asked,
            "from_on": asked.from_on.isoformat(),
            "to_on": asked.to_on.isoformat(),
            "member": people.owners(desk, [asked.member_id]).get(asked.member_id) if asked.member_id else None,
            "export": f"{reverse('audit_export')}{paging.address(request, **kept)}",
            "pages": paging.pager(request, _("Newest first"), last),
            "sealed": write.number(sealed),
            "digest": digest.hex()[:16] if sealed else "",
            "waiting": ngettext("%(count)s note waits for its seal.", "%(count)s notes wait for their seal.", waiting)
            % {"count": write.number(waiting)}
            if waiting
            else "",
        },
    )


@on_desk
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """What the page shows, as a file."""
    asked = _read(request, desk)
    found = _notes(desk, asked, _EXPORT_MAX)
    desk.note("audit-exported", lines=len(found), from_on=str(asked.from_on), to_on=str(asked.to_on))
    rows = [
        [
            one.number or "",
            one.at.isoformat(),
            one.name or one.person,
            one.verb,
            one.member_id or "",
            one.address,
            facts,
        ]
        for one in found
        for facts in ["; ".join(f"{name}={value}" for name, value in one.facts.items())]
    ]
    head = [_("Number"), _("When"), _("Who"), _("What"), _("Member"), _("Address"), _("Details")]
    return csv_export.answer(f"audit-{asked.from_on}-{asked.to_on}", head, rows)


def _read(request: HttpRequest, desk: Desk) -> _Asked:
    group = request.GET.get("kind", "")
    to_on = _day(request.GET.get("to", "")) or desk.today
    from_on = _day(request.GET.get("from", "")) or to_on - timedelta(days=_DAYS - 1)
    after = request.GET.get("after", "")
    return _Asked(
        group=group if group in words.GROUPS else "",
        person=request.GET.get("person", ""),
        member_id=_uuid(request.GET.get("member", "")),
        from_on=min(from_on, to_on),
        to_on=max(from_on, to_on),
        before=int(after) if after.isdecimal() and after.isascii() and len(after) <= 18 else None,
    )


def _notes(desk: Desk, asked: _Asked, limit: int) -> list[audit.Note]:
    zone = ZoneInfo(desk.program.time_zone)
    return audit.notes(
        desk.conn,
        desk.program_id,
        limit=limit,
        before=asked.before,
        from_at=datetime.combine(asked.from_on, time(), zone),
        to_at=datetime.combine(asked.to_on + timedelta(days=1), time(), zone),
        person=asked.person or None,
        verbs=list(words.GROUPS[asked.group][1]) if asked.group else (),
        member_id=asked.member_id,
    )


def _table(desk: Desk, notes: Sequence[audit.Note], who: dict[UUID, members.Member]) -> Table:
    return Table(
        caption=_("Acts"),
        columns=[
            Column(label=_("When")),
            Column(label=_("Who")),
            Column(label=_("What")),
            Column(label=_("About")),
            Column(label=_("Address")),
            Column(label=_("Number"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    desk.moment(one.at),
                    one.name or one.person,
                    words.said(one.verb),
                    _about(one, who),
                    one.address or "–",
                    write.number(one.number) if one.number else "–",
                ]
            )
            for one in notes
        ],
        empty=EmptyState(
            title=_("Nothing was noted"), text=_("Choose other days or another kind."), icon="scroll-text"
        ),
    )


def _about(note: audit.Note, who: dict[UUID, members.Member]) -> str:
    parts: list[str] = []
    if note.member_id:
        named = who.get(note.member_id)
        parts.append(people.link_to(note.member_id, people.title_of(named) if named else str(note.member_id)[:8]))
    parts += [format_html("{}: {}", name.replace("_", " "), value) for name, value in note.facts.items()]
    return format_html(" · ".join(["{}"] * len(parts)), *parts) if parts else "–"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
