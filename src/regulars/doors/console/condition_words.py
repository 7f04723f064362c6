"""What the condition editor says: its menus and what may be asked, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import pgettext

from regulars import flows
from regulars.audience import conditions
from regulars.doors.console.desk import Desk
from regulars.kit import text
from regulars.records import activities

Group = tuple[str, list[tuple[str, str]]]


def vocabulary(desk: Desk, event_type: str = "") -> conditions.Vocabulary:
    """What rules of the program may say; those about an event of a type know its attributes."""
    kind = activities.event_types(desk.conn, desk.program_id).get(event_type) if event_type else None
    if kind is None:
        return desk.plan.vocabulary
    return flows.vocabulary(desk.plan, kind)


def reader(desk: Desk) -> text.Language:
    """The language of whoever reads."""
    return "zh" if desk.language == "zh" else "en"


def asks(asked: conditions.Offered) -> dict[str, str]:
    """What may be asked of a field, the usual first; a leading `!` is the opposite, which takes in absent values."""
    if asked.words is not None and asked.sort is conditions.Sort.NUMBER:
        keys = ["in", "==", "!="]
    elif asked.words is not None:
        keys = ["==", "!=", "in"]
    elif asked.sort is conditions.Sort.TEXT:
        keys = ["==", "!=", "in", "startsWith", "endsWith", "contains"]
    elif asked.sort is conditions.Sort.DAY:
        keys = ["==", ">=", "<=", "<", ">", "ago <=", "ago <", "ago >=", "ago >"]
    elif asked.sort is conditions.Sort.INSTANT:
        keys = ["ago <=", "ago <", "ago >=", "ago >", ">=", "<"]
    else:
        keys = [">=", "<=", ">", "<", "==", "!="]
    if asked.lacks and not (asked.words is not None and asked.sort is conditions.Sort.NUMBER):
        opposite = ["!==", "!in", "!contains"] if asked.sort is conditions.Sort.TEXT else []
        keys += [*opposite, "has", "!has"]
    if asked.words is not None:
        keys = [key for key in keys if key != "!contains"]
    said = _times() if asked.sort in (conditions.Sort.DAY, conditions.Sort.INSTANT) else _plain()
    return {key: said[key] for key in keys}


def _plain() -> Mapping[str, str]:
    return {
        "==": pgettext("condition", "is"),
        "!=": pgettext("condition", "is other than"),
        "in": pgettext("condition", "is one of"),
        "startsWith": pgettext("condition", "starts with"),
        "endsWith": pgettext("condition", "ends with"),
        "contains": pgettext("condition", "contains"),
        ">=": pgettext("condition", "is at least"),
        "<=": pgettext("condition", "is at most"),
        ">": pgettext("condition", "is more than"),
        "<": pgettext("condition", "is less than"),
        "!==": pgettext("condition", "is not, or is not known"),
        "!in": pgettext("condition", "is none of, or is not known"),
        "!contains": pgettext("condition", "does not contain, or is not known"),
        "has": pgettext("condition", "is known"),
        "!has": pgettext("condition", "is not known"),
    }


def _times() -> Mapping[str, str]:
    return {
        "==": pgettext("condition", "is on"),
        ">=": pgettext("condition", "is not before"),
        "<=": pgettext("condition", "is not after"),
        "<": pgettext("condition", "is before"),
        ">": pgettext("condition", "is after"),
        "ago <=": pgettext("condition", "was at most so many days ago"),
        "ago <": pgettext("condition", "was less than so many days ago"),
        "ago >=": pgettext("condition", "was at least so many days ago"),
        "ago >": pgettext("condition", "was more than so many days ago"),
        "has": pgettext("condition", "is known"),
        "!has": pgettext("condition", "is not known"),
    }


def any_asks() -> dict[str, str]:
    """What may be asked of rows one looks through."""
    return {"any": pgettext("condition", "there is one"), "!any": pgettext("condition", "there is none")}


def records() -> Mapping[str, str]:
    """What records are called in menus."""
    return {
        "member": pgettext("condition", "Member"),
        "activity": pgettext("condition", "Purchase"),
        "counters": pgettext("condition", "Counters"),
        "line": pgettext("condition", "Item"),
        "event": pgettext("condition", "Event"),
    }


def menu(offer: conditions.Offer, language: str) -> list[Group]:
    """Everything that may be asked, by record; then rows: how many, how much in all, whether there is one."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in offer.fields:
        label = records().get(one.record, one.record)
        groups.setdefault(label, []).append((one.path, text.pick(one.label, language)))
    for rows in offer.rows:
        name = text.pick(rows.label, language)
        chosen = groups.setdefault(name[:1].upper() + name[1:], [])
        chosen.append((f"{rows.path}#count", pgettext("condition", "%(rows)s: how many") % {"rows": name}))
        chosen.append((f"{rows.path}#any", pgettext("condition", "%(rows)s: at least one") % {"rows": name}))
        chosen += [
            (
                f"{rows.path}#sum:{one.path}",
                pgettext("condition", "%(rows)s: sum of %(field)s")
                % {"rows": name, "field": text.pick(one.label, language)},
            )
            for one in rows.fields
            if one.sort in (conditions.Sort.NUMBER, conditions.Sort.MONEY) and not one.lacks and one.words is None
        ]
    return list(groups.items())


def row_menu(rows: conditions.OfferedRows, language: str) -> list[Group]:
    """What may be asked of each row."""
    return [("", [(one.path, text.pick(one.label, language)) for one in rows.fields])]
