"""Whom a condition reaches, while it is typed: a sentence, a count and a few members, and when many are too many."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.audience import conditions
from regulars.doors.console import condition_words, people
from regulars.doors.console import format as write
from regulars.doors.console.condition_draft import Draft, Drafting, Unfinished
from regulars.doors.console.desk import Desk
from regulars.records import members

_TYPING_MS, _SAVING_MS = 1_500, 10_000
_GROWTH = 1.01
"""Members may join between the count somebody saw and their yes."""


def shown(desk: Desk, drafting: Drafting, draft: Draft) -> dict[str, Any]:
    """What the preview's template needs: a sentence and a reach, or what is wrong."""
    try:
        condition = drafting.condition(draft)
    except Unfinished:
        return {"place": draft.place, "scope": drafting.scope, "unfinished": _first_wrong(draft)}
    if condition is not None:
        said = {"sentence": conditions.sentence(condition, language=condition_words.reader(desk))}
    elif drafting.scope is conditions.Scope.SEGMENT:
        said = {"sentence": _("Nothing is asked: all members.")}
        condition = conditions.parse("true", scope=drafting.scope, vocabulary=drafting.vocabulary)
    else:
        return {"is_silent": True}
    if drafting.scope not in (conditions.Scope.SEGMENT, conditions.Scope.EARNING):
        return said
    try:
        found = reach(desk, condition, patience_ms=_TYPING_MS)
    except conditions.CountTooSlow:
        return {
            **said,
            "uncounted": _("Counting takes too long to do it while you type. Saving counts with more time."),
        }
    except conditions.RuleInvalid as refused:
        detail = refused.facts.get("zh", refused.detail) if desk.language == "zh" else refused.detail
        return {**said, "uncounted": detail}
    is_many = drafting.scope is conditions.Scope.SEGMENT and found.is_sweeping(_share_max())
    return {
        **said,
        "reach": found,
        "counted": _counted(found),
        "sample": _sample(desk, found),
        "sweeping": is_many,
        "is_confirmed": is_many and not needs_yes(found, draft.confirmed),
    }


def reach(desk: Desk, condition: conditions.Condition, *, patience_ms: int) -> conditions.Reach:
    """Count it as of now.

    Raises:
        CountTooSlow: it took longer.
    """
    return conditions.reach(
        desk.conn, condition, program_id=desk.program_id, at=desk.at, today=desk.today, patience_ms=patience_ms
    )


def patiently(desk: Desk, condition: conditions.Condition) -> conditions.Reach | None:
    """The same when it is saved, with more time; None when even that was not enough."""
    try:
        return reach(desk, condition, patience_ms=_SAVING_MS)
    except conditions.CountTooSlow:
        return None


def needs_yes(found: conditions.Reach | None, confirmed: int | None) -> bool:
    """Whether somebody must say that they mean so many; their yes names the number they saw."""
    if found is None:
        return confirmed is None
    if not found.is_sweeping(_share_max()):
        return False
    return not confirmed or found.members > confirmed * _GROWTH


def _share_max() -> int:
    share: int = settings.REGULARS.audience_share_max_percent
    return share


def _first_wrong(draft: Draft) -> str:
    bits = [bit for row in draft.rows for one in row for bit in (one, *one.where)]
    typed = [bit.wrong for bit in bits if bit.wrong and bit.subject and (bit.typed or bit.locked)]
    return typed[0] if typed else _("Fill in every part to see what it means.")


def _counted(found: conditions.Reach) -> str:
    share = write.percent(found.share)
    if found.purchases is None:
        said = ngettext(
            "%(count)s member now, %(share)s of %(all)s", "%(count)s members now, %(share)s of %(all)s", found.members
        )
        return said % {"count": write.number(found.members), "share": share, "all": write.number(found.everybody)}
    return _("%(count)s past purchases by %(members)s members, %(share)s of all members") % {
        "count": write.number(found.purchases),
        "members": write.number(found.members),
        "share": share,
    }


def _sample(desk: Desk, found: conditions.Reach) -> list[tuple[str, str, str]]:
    """Address, name and hint of a few."""
    known = members.several(desk.conn, desk.program_id, list(found.sample))
    return [
        (reverse("members_show", args=[member_id]), people.title_of(one), people.hint_of(one))
        for member_id in found.sample
        if (one := known.get(member_id)) is not None
    ]
