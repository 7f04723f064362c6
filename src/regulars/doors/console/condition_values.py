"""Values of a condition: as people type them into a control, and as rules spell them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from regulars.audience import conditions

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_DAY = re.compile(r'date\("([0-9-]{10})"\)')
_INSTANT = re.compile(r'timestamp\("([^"]+)"\)')
_DAYS_MAX = 36_500


class NotTyped(Exception):
    """What was typed is no value of its sort; the sentence says what is needed."""


def taken(rows: conditions.OfferedRows, take: str) -> conditions.Offered:
    """What is compared of rows: their number, or the sum of a field."""
    name = take.removeprefix("sum:")
    summed = next((one for one in rows.fields if one.path == name), None)
    sort = conditions.Sort.NUMBER if take == "count" or summed is None else summed.sort
    return conditions.Offered(path=rows.path, record=rows.record, sort=sort, label=rows.label, words=None, lacks=False)


def control(asked: conditions.Offered, ask: str) -> str:
    """Which control takes the value."""
    if ask in ("has", "!has", "any", "!any"):
        return "none"
    if "ago" in ask:
        return "days"
    is_list = ask in ("in", "!in")
    if asked.words is not None:
        return "choices" if is_list else "choice"
    match asked.sort:
        case conditions.Sort.TEXT:
            return "lines" if is_list else "text"
        case conditions.Sort.DAY:
            return "day"
        case conditions.Sort.INSTANT:
            return "moment"
        case conditions.Sort.MONEY:
            return "amount"
    return "number"


def spelled(asked: conditions.Offered, ask: str, typed: Sequence[str], zone: ZoneInfo) -> tuple[str, ...]:
    """The values of a chip, as rules write them.

    Raises:
        NotTyped: nothing was typed, or not what the control takes.
    """
    kind = control(asked, ask)
    if kind == "none":
        return ()
    given = [one.strip() for line in typed for one in (line.splitlines() if kind == "lines" else [line]) if one.strip()]
    if not given:
        raise NotTyped(_missing(kind))
    if kind == "days":
        if not _WHOLE.fullmatch(given[0]) or not 0 <= int(given[0]) <= _DAYS_MAX:
            raise NotTyped(_("Type a number of days."))
        return "today" if asked.sort is conditions.Sort.DAY else "now", str(int(given[0]))
    wanted = dict.fromkeys(given) if kind in ("choices", "lines") else given[:1]
    return tuple(_spelled(asked, one, zone) for one in wanted)


def _missing(kind: str) -> str:
    match kind:
        case "choice" | "choices":
            return _("Choose a value.")
        case "days":
            return _("Type a number of days.")
        case "day" | "moment":
            return _("Choose a day.")
    return _("Type a value.")


def _spelled(asked: conditions.Offered, typed: str, zone: ZoneInfo) -> str:
    match asked.sort:
        case conditions.Sort.TEXT:
            return conditions.quoted(typed)
        case conditions.Sort.DAY:
            return f'date("{_day(typed)}")'
        case conditions.Sort.INSTANT:
            return f'timestamp("{_instant(typed, zone)}")'
    plain = _ungrouped(typed)
    if asked.sort is conditions.Sort.MONEY and _AMOUNT.fullmatch(plain):
        return plain
    if not _WHOLE.fullmatch(plain):
        raise NotTyped(_("Type an amount.") if asked.sort is conditions.Sort.MONEY else _("Type a whole number."))
    return str(int(plain))


def _ungrouped(typed: str) -> str:
    """Digits without what groups them."""
    return typed.replace(",", "").replace("，", "").replace(" ", "")


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotTyped(_("Choose a day.")) from None


def _instant(typed: str, zone: ZoneInfo) -> str:
    try:
        local = datetime.fromisoformat(typed)
    except ValueError:
        raise NotTyped(_("Choose a day and a time.")) from None
    return f"{local.replace(tzinfo=zone).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def typed(asked: conditions.Offered, ask: str, values: Sequence[str], zone: ZoneInfo) -> list[str] | None:
    """What the control holds for these values; None when it could not give them back."""
    kind = control(asked, ask)
    if kind == "none":
        return []
    if kind == "days":
        return [values[1]] if values[0] == ("today" if asked.sort is conditions.Sort.DAY else "now") else None
    found = [_typed(asked, one, zone) for one in values]
    whole = [one for one in found if one is not None]
    try:
        back = spelled(asked, ask, ["\n".join(whole)] if kind == "lines" else whole, zone)
    except NotTyped:
        return None
    if len(whole) != len(values) or back != tuple(values):
        return None
    return ["\n".join(whole)] if kind == "lines" else whole


def _typed(asked: conditions.Offered, value: str, zone: ZoneInfo) -> str | None:
    match asked.sort:
        case conditions.Sort.TEXT:
            return re.sub(r"\\(.)", r"\1", value[1:-1])
        case conditions.Sort.DAY:
            day = _DAY.fullmatch(value)
            return day[1] if day else None
        case conditions.Sort.INSTANT:
            instant = _INSTANT.fullmatch(value)
            local = datetime.fromisoformat(instant[1]).astimezone(zone) if instant else None
            return f"{local:%Y-%m-%dT%H:%M}" if local and not local.second else None
    return value


def fitting(asked: conditions.Offered, ask: str, given: Sequence[str]) -> list[str]:
    """What of the typed values still makes sense for another question."""
    kind = control(asked, ask)
    match kind:
        case "none":
            return []
        case "choice" | "choices":
            codes = {word.code for word in asked.words or ()}
            kept = [one for one in given if one in codes]
            return kept if kind == "choices" else kept[:1]
        case "days" | "number":
            return [one for one in given if _WHOLE.fullmatch(_ungrouped(one))][:1]
        case "amount":
            return [one for one in given if _AMOUNT.fullmatch(_ungrouped(one))][:1]
        case "text":
            return [one for line in given for one in line.splitlines()][:1]
        case "lines":
            return list(given)
    try:
        spelled(replace(asked, lacks=False), ask, given, ZoneInfo("UTC"))
    except NotTyped:
        return []
    return list(given[:1])
