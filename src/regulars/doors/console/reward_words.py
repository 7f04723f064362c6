"""Rewards in words: what one costs, how its price moves, for whom it is, what was changed of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars import flows
from regulars.doors.console import campaign_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.program import rewards


def price(desk: Desk, points: int, money_minor: int) -> str:
    """900 points, or 400 points + ¥15.00."""
    text = _("%(points)s points") % {"points": write.number(points)}
    return f"{text} + {desk.amount(money_minor)}" if money_minor else text


def prices(desk: Desk, reward: rewards.Reward) -> list[str]:
    """Every way to pay, and how all of them move."""
    found = [price(desk, reward.price_points, reward.price_minor)]
    for way in reward.prices:
        text = price(desk, way.points, way.money_minor)
        if way.rank_min > reward.rank_min:
            text = _("%(tier)s and above: %(price)s") % {"tier": tier(desk, way.rank_min), "price": text}
        found.append(text)
    return [*found, *steps(reward.steps)]


def tier(desk: Desk, rank: int) -> str:
    """The name of the tier of this rank."""
    return next((desk.say(one.name) for one in desk.plan.ladder.tiers if one.rank == rank), "–")


def steps(found: rewards.Steps | None) -> list[str]:
    """How the price moves, a sentence for each step."""
    if found is None:
        return []
    told = []
    for step in sorted(found.steps, key=lambda step: step.units, reverse=found.by == "left"):
        facts = {"units": write.number(step.units), "percent": write.number(step.percent)}
        if found.by == "left":
            told.append(_("While at most %(units)s are left, one costs %(percent)s%% of its points.") % facts)
        elif found.days:
            text = _("After %(units)s in %(days)s days, the next ones cost %(percent)s%% of their points.")
            told.append(text % {**facts, "days": write.number(found.days)})
        else:
            told.append(_("After %(units)s of them, the next ones cost %(percent)s%% of their points.") % facts)
    return told


def whom(desk: Desk, reward: rewards.Reward) -> str:
    """For whom it is: tier, condition and stores."""
    found = []
    if reward.rank_min:
        found.append(_("%(tier)s and above") % {"tier": tier(desk, reward.rank_min)})
    sentence = flows.for_whom(desk.plan, reward)
    if sentence:
        found.append(desk.say(sentence))
    if reward.stores:
        found.append(_("only in %(stores)s") % {"stores": _(", ").join(reward.stores)})
    return " · ".join(found) or _("Everybody")


def window(desk: Desk, reward: rewards.Reward) -> str:
    """From when until when."""
    if reward.starts_at and reward.ends_at:
        span = {"start": desk.moment(reward.starts_at), "end": desk.moment(reward.ends_at)}
        return _("%(start)s until %(end)s") % span
    if reward.starts_at:
        return _("from %(start)s") % {"start": desk.moment(reward.starts_at)}
    return _("until %(end)s") % {"end": desk.moment(reward.ends_at)} if reward.ends_at else _("always")


def limit(reward: rewards.Reward) -> str:
    """How many one member may have."""
    if reward.member_limit is None:
        return _("no limit")
    count = {"count": write.number(reward.member_limit)}
    if reward.limit_days is None:
        return _("%(count)s per member") % count
    days = ngettext("%(days)s day", "%(days)s days", reward.limit_days) % {"days": write.number(reward.limit_days)}
    return _("%(count)s per member in %(days)s") % {**count, "days": days}


def gives(desk: Desk, reward: rewards.Reward) -> str:
    """What it gives besides a code; empty where that is all."""
    if "amount_minor" in reward.params:
        wallet = next((w for w in desk.plan.wallets.values() if w.code == reward.params["wallet"]), None)
        facts = {
            "amount": desk.amount(reward.params["amount_minor"]),
            "wallet": desk.say(wallet.unit) if wallet else reward.params["wallet"],
        }
        return _("%(amount)s into the wallet %(wallet)s") % facts
    if "pool" in reward.params:
        return _("A coupon of the pool %(pool)s") % {"pool": reward.params["pool"]}
    if "experience" in reward.params:
        return _("A seat at %(experience)s") % {"experience": reward.params["experience"]}
    if "winners" in reward.params:
        count = reward.params["winners"]
        return ngettext("%(count)s winner", "%(count)s winners", count) % {"count": write.number(count)}
    return ""


def moves() -> Mapping[str, str]:
    """What can be done with a redemption, as buttons say it."""
    return {
        "prepare": _("Prepare"),
        "ship": _("Send"),
        "deliver": _("Delivered"),
        "collect": _("Collected"),
        "hand-out": _("Hand out"),
        "undo": _("Undo"),
    }


def done(step: str) -> str:
    """A step of a redemption's way, as a history tells it."""
    return {
        "redeemed": _("Redeemed"),
        "prepare": _("In preparation"),
        "ship": _("Shipped"),
        "deliver": _("Delivered"),
        "collect": _("Collected"),
        "hand-out": _("Handed out"),
        "undo": _("Undone"),
    }.get(step, step)


def _fields() -> Mapping[str, str]:
    return {
        "name": _("Name"),
        "description": _("Description"),
        "category": _("Category"),
        "type": _("Type"),
        "price_points": _("Price in points"),
        "price_minor": _("Beside the points, in money"),
        "prices": _("Further prices"),
        "steps": _("The price moves"),
        "cost_minor": _("What one costs the shop"),
        "rank_min": _("For members from tier"),
        "audience": _("For whom"),
        "stores": _("Only in these stores"),
        "member_limit": _("At most per member"),
        "limit_days": _("Counted over days"),
        "starts_at": _("Offered from"),
        "ends_at": _("Offered until"),
        "params": _("What it gives"),
        "picture_id": _("Picture"),
        "picture_alt": _("What the picture shows"),
        "is_live": _("Offered to members"),
        "units_left": _("Units in stock"),
        "campaign_id": _("Campaign"),
    }


def changes(desk: Desk, change: rewards.Change, reward: rewards.Reward) -> SafeString:
    """What one change did, a line for each field: from what to what."""
    if "created" in change.changes:
        return format_html("{}", _("The reward was made."))
    names = _fields()
    lines = [
        (names.get(name, name), _value(desk, reward, name, before), _value(desk, reward, name, after))
        for name, (before, after) in change.changes.items()
    ]
    return format_html_join("", "<div>{}: <s>{}</s> → <strong>{}</strong></div>", lines)


def _value(desk: Desk, reward: rewards.Reward, name: str, value: Any) -> str:
    """A field's value as people read it."""
    if value in (None, "", [], {}):
        return "–"
    if name in {"name", "description", "picture_alt"}:
        return desk.say(value)
    if name in {"price_minor", "cost_minor"}:
        return desk.amount(value)
    if name == "is_live":
        return _("yes") if value else _("no")
    if name in {"starts_at", "ends_at"}:
        return desk.moment(datetime.fromisoformat(value))
    if name == "type":
        return desk.say(rewards.TYPES[value].NAME)
    if name == "rank_min":
        return tier(desk, value)
    if name == "campaign_id":
        return campaign_words.name_of(desk, value)
    return _made_of(desk, reward, name, value)


def _made_of(desk: Desk, reward: rewards.Reward, name: str, value: Any) -> str:
    """A value of several parts."""
    match name:
        case "audience":
            return whom(desk, rewards.with_fields(reward, audience=value, rank_min=0, stores=[]))
        case "prices":
            return "; ".join(price(desk, way["points"], way["money_minor"]) for way in value)
        case "steps":
            return " ".join(steps(rewards.with_fields(reward, steps=value).steps))
        case "params":
            return gives(desk, rewards.with_fields(reward, params=value))
        case "stores":
            return _(", ").join(value)
        case "picture_id":
            return str(value)[:8]
    return write.number(value) if isinstance(value, int) else str(value)
