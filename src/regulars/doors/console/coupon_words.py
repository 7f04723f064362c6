"""How the console speaks of coupons: kinds, states, terms and their changes, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars import flows
from regulars.doors.console import campaign_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import badge
from regulars.program import coupons


def benefits() -> dict[str, str]:
    """What a coupon can give."""
    return {
        "amount": _("An amount off"),
        "percent": _("A percentage off"),
        "member_price": _("A member price"),
        "free_shipping": _("Free delivery"),
        "gift": _("A gift"),
    }


def kinds() -> dict[str, str]:
    """Whose codes are."""
    return {
        "personal": _("Personal: a code belongs to one member"),
        "printed": _("Printed: whoever has a code may use it"),
        "public": _("Public: one code for everybody"),
    }


def short_kind(codes: str) -> str:
    """The same in a word."""
    return {"personal": _("Personal"), "printed": _("Printed"), "public": _("Public")}[codes]


def stackings() -> dict[str, str]:
    """Beside which others."""
    return {
        "alone": _("Beside no other coupon"),
        "class": _("Beside coupons of its class"),
        "any": _("Beside every coupon that allows it"),
    }


def state(found: coupons.PoolState) -> SafeString:
    """Where a pool stands."""
    match found:
        case coupons.PoolState.DRAFT:
            return badge(_("Draft"))
        case coupons.PoolState.LIVE:
            return badge(_("Live"), "good")
        case coupons.PoolState.PAUSED:
            return badge(_("Paused"), "warn")
        case coupons.PoolState.ENDED:
            return badge(_("Ended"))


def gives(desk: Desk, terms: coupons.Terms) -> str:
    """What a coupon gives."""
    return coupons.benefit_sentence(terms, language=desk.language, currency=desk.program.currency)


def why(desk: Desk, found: coupons.Why) -> str:
    """Why one is not taken."""
    return flows.coupon_words(desk.plan, found, desk.language)


def span(terms: coupons.Terms) -> str:
    """When a pool's coupons work."""
    parts = []
    if terms.starts_on:
        parts.append(_("from %(day)s") % {"day": write.day(terms.starts_on)})
    if terms.ends_on:
        parts.append(_("until %(day)s") % {"day": write.day(terms.ends_on)})
    if terms.valid_days:
        parts.append(_("%(days)s days from issue") % {"days": write.number(terms.valid_days)})
    return ", ".join(parts) or _("without end")


def limits(desk: Desk, terms: coupons.Terms) -> dict[str, str]:
    """The terms as names and values."""
    none = _("no limit")
    ladder = [tier for tier in desk.plan.ladder.tiers if tier.rank >= terms.rank_min]
    found = {
        _("What it gives"): gives(desk, terms),
        _("Codes"): kinds()[terms.codes],
        _("Valid"): span(terms),
        _("For products"): ", ".join([*terms.skus, *terms.categories]) or _("all"),
        _("Not for"): ", ".join([*terms.without_skus, *terms.without_categories]) or "–",
        _("Stores and channels"): ", ".join([*terms.stores, *terms.channels]) or _("all"),
        _("For members from tier"): desk.say(ladder[0].name) if ladder else "–",
        _("Uses of one code"): write.number(terms.uses_max) if terms.uses_max else none,
        _("Uses by one member"): write.number(terms.member_max) if terms.member_max else none,
        _("Uses in all"): write.number(terms.total_max) if terms.total_max else none,
        _("Goes together"): _stacking(terms),
        _("After a whole return"): _("comes back") if terms.gives_back else _("stays used"),
    }
    if terms.is_transferable:
        found[_("Passing on")] = _("members may pass it on")
    return found


def _stacking(terms: coupons.Terms) -> str:
    text = stackings()[terms.stacking] + (f": {terms.stack_class}" if terms.stacking == "class" else "")
    return text if terms.with_member_price else f"{text}; {_('not with the member price')}"


def field_name(name: str) -> str:
    """A term by its name."""
    return {
        "name": _("Name"), "description": _("Description"), "benefit": _("What it gives"), "codes": _("Codes"),
        "minimum_minor": _("Minimum"), "skus": _("Articles"), "categories": _("Categories"),
        "without_skus": _("Not these articles"), "without_categories": _("Not these categories"),
        "stores": _("Stores"), "channels": _("Channels"), "rank_min": _("For members from tier"),
        "starts_on": _("First day"), "ends_on": _("Last day"), "valid_days": _("Days from issue"),
        "uses_max": _("Uses of one code"), "member_max": _("Uses by one member"), "total_max": _("Uses in all"),
        "stacking": _("Goes together"), "stack_class": _("Class"), "with_member_price": _("With the member price"),
        "from_stock": _("From stock only"), "is_transferable": _("May be passed on"),
        "gives_back": _("Comes back with a whole return"), "state": _("State"), "campaign_id": _("Campaign"),
    }.get(name, name)  # fmt: skip


def field_value(desk: Desk, name: str, value: Any) -> str:
    """What a term was or is."""
    if value in (None, "", [], {}):
        return "–"
    if name == "benefit":
        benefit = msgspec.convert(value, coupons.Benefit)
        return gives(desk, coupons.Terms(name={}, benefit=benefit))
    if name.endswith("_minor"):
        return desk.amount(value)
    if name.endswith("_on"):
        return write.day(date.fromisoformat(value))
    if name == "stacking":
        return stackings()[value]
    if name == "campaign_id":
        return campaign_words.name_of(desk, value)
    if name == "state":
        return str(_STATES[value]())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return desk.say(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


_STATES = {
    "draft": lambda: _("Draft"),
    "live": lambda: _("Live"),
    "paused": lambda: _("Paused"),
    "ended": lambda: _("Ended"),
}


def state_name(found: coupons.PoolState) -> str:
    """A pool's state in a word."""
    return str(_STATES[found.value]())


def use_state(found: coupons.UseState) -> SafeString:
    """Where a use stands."""
    match found:
        case coupons.UseState.RESERVED:
            return badge(_("Set aside"), "info")
        case coupons.UseState.USED:
            return badge(_("Used"), "good")
        case coupons.UseState.RELEASED:
            return badge(_("Released"))
        case coupons.UseState.GIVEN_BACK:
            return badge(_("Given back"), "warn")


def coupon_state(state: str, why: str) -> SafeString:
    """Whether a member's coupon can be used now; if not, why."""
    known = {
        "usable": lambda: badge(_("Usable"), "good"),
        "reserved": lambda: badge(_("Set aside"), "info"),
        "used": lambda: badge(_("Used up"), "good"),
    }
    if state in known:
        return known[state]()
    return format_html('{}<div class="soft">{}</div>', badge(_("Not usable")), why)
