"""Keyset paging: an address names the last row seen, so a page stays right while rows come in."""

from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from regulars.doors.console.parts import Pager

_PARAMETER = "after"
_BETWEEN = "~"


def after_moment(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """The row to go on after: its time and id; None for the first page and for an address nobody made."""
    at, _, name = request.GET.get(_PARAMETER, "").partition(_BETWEEN)
    try:
        return datetime.fromisoformat(at), UUID(name)
    except ValueError:
        return None


def after_day(request: HttpRequest) -> tuple[date, datetime, UUID] | None:
    """The same with the local day in front."""
    parts = request.GET.get(_PARAMETER, "").split(_BETWEEN)
    if len(parts) != 3:
        return None
    try:
        return date.fromisoformat(parts[0]), datetime.fromisoformat(parts[1]), UUID(parts[2])
    except ValueError:
        return None


def pager(request: HttpRequest, note: str, last: tuple[object, ...] | None, *, anchor: str = "") -> Pager:
    """Links to the next page (`last` is the last row shown, None at the end) and back to the first."""
    kept = {name: value for name, value in request.GET.items() if name != _PARAMETER}
    following = ""
    if last is not None:
        name = _BETWEEN.join(part.isoformat() if isinstance(part, date) else str(part) for part in last)
        following = f"?{urlencode({**kept, _PARAMETER: name})}{anchor}"
    first = f"?{urlencode(kept)}{anchor}" if _PARAMETER in request.GET else ""
    return Pager(note=note, first=first, following=following)


def address(request: HttpRequest, **changed: str) -> str:
    """This page with other choices, from its first row; an empty value leaves the choice out."""
    kept = {name: value for name, value in request.GET.items() if name != _PARAMETER} | changed
    return "?" + urlencode({name: value for name, value in kept.items() if value})
