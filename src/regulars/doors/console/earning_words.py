"""Earning rules as sentences a shop would say."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.doors.console import events
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.program import earning
from regulars.records import ledger


def sentence(desk: Desk, rule: earning.Rule) -> str:
    """What the rule does, with its figures and its limits."""
    return " ".join((effect(desk, rule), *_limits(desk, rule)))


def _limits(desk: Desk, rule: earning.Rule) -> list[str]:
    said, limits = [], rule.limits
    if limits and limits.member_points_max is not None:
        most = {"points": write.number(limits.member_points_max), "period": period_names()[limits.member_period]}
        said.append(_("At most %(points)s points for one member %(period)s.") % most)
    if limits and limits.budget_points_max is not None:
        left = earning.budgets(desk.conn, desk.program_id, [rule]).get(rule.rule_id, 0)
        most = {"points": write.number(limits.budget_points_max), "left": write.number(max(0, left))}
        said.append(_("At most %(points)s points for all members together; %(left)s are left.") % most)
    return said


def period_names() -> dict[str, str]:
    """For how long a member's limit holds."""
    return {
        "order": _("in one order"),
        "day": _("in a day"),
        "week": _("in a week"),
        "month": _("in a month"),
        "year": _("in a year"),
        "ever": _("for ever"),
    }


def effect(desk: Desk, rule: earning.Rule) -> str:
    """What the rule gives, without its limits."""
    params = rule.params
    match rule.effect:
        case "earn_rate":
            return _rate(desk, params, wallet_of(desk, rule))
        case "birthday_factor":
            text = (
                _("On their birthday members earn %(factor)s× points.")
                if params["when"] == "day"
                else _("In the month of their birthday members earn %(factor)s× points.")
            )
            return text % {"factor": f"{params['factor']:g}"}
        case "tier_factor":
            factors = [
                f"{desk.say(tier.name)} {tier.points_factor:g}×"
                for tier in desk.plan.ladder.tiers
                if tier.points_factor > 1
            ]
            return _("Higher tiers earn more: %(factors)s.") % {"factors": _(", ").join(factors) or "–"}
        case "multiply":
            return _("%(factor)s× points.") % {"factor": f"{params['factor']:g}"}
        case "bonus":
            return _bonus(desk, params, wallet_of(desk, rule))
        case "nth_order":
            return _nth(desk, params, wallet_of(desk, rule))
        case "event_points":
            return _event(desk, params)
        case "streak":
            return _streak(desk, params, wallet_of(desk, rule))
    return rule.effect


def _bonus(desk: Desk, params: Mapping[str, Any], wallet: ledger.Wallet) -> str:
    given = {
        "points": desk.counted(wallet, params["points"]),
        "amount": desk.amount(params["spend_minor"]),
        "period": period_names()[params["per"]],
    }
    if params["repeats"]:
        return _("%(points)s points for every %(amount)s spent %(period)s.") % given
    return _("%(points)s points once %(amount)s are spent %(period)s.") % given


def _nth(desk: Desk, params: Mapping[str, Any], wallet: ledger.Wallet) -> str:
    given = {
        "points": desk.counted(wallet, params["points"]),
        "nth": write.number(params["nth"]),
        "period": period_names()[params["per"]],
    }
    if params["repeats"]:
        if params["nth"] == 1:
            return _("%(points)s points for every order.") % given
        return _("%(points)s points for every order number %(nth)s, counted %(period)s.") % given
    if params["nth"] == 1 and params["per"] == "ever":
        return _("%(points)s points for the first order.") % given
    return _("%(points)s points for order number %(nth)s, counted %(period)s.") % given


def _streak(desk: Desk, params: Mapping[str, Any], wallet: ledger.Wallet) -> str:
    said = (
        _("%(points)s points for every %(days)s days in a row with “%(event)s”.")
        if params["repeats"]
        else _("%(points)s points for %(days)s days in a row with “%(event)s”, once.")
    )
    name = events.type_names(desk).get(params["event"], params["event"])
    return said % {
        "points": desk.counted(wallet, params["points"]),
        "days": write.number(params["days"]),
        "event": name,
    }


def _event(desk: Desk, params: Mapping[str, Any]) -> str:
    name = events.type_names(desk).get(params["event"], params["event"])
    said = ngettext("“%(event)s” earns %(points)s point.", "“%(event)s” earns %(points)s points.", params["points"]) % {
        "event": name,
        "points": write.number(params["points"]),
    }
    if params["limit"] is None:
        return said
    return f"{said} {limit_sentences()[params['per']] % {'limit': write.number(params['limit'])}}"


def limit_sentences() -> dict[str, str]:
    """How often a member is rewarded, by period."""
    return {
        "day": _("At most %(limit)s a day for each member."),
        "week": _("At most %(limit)s a week for each member."),
        "month": _("At most %(limit)s a month for each member."),
        "ever": _("At most %(limit)s in all for each member."),
    }


def event_period_names() -> dict[str, str]:
    """What a limit counts in."""
    return {"day": _("day"), "week": _("week, from Monday"), "month": _("month"), "ever": _("all time")}


def wallet_of(desk: Desk, rule: earning.Rule) -> ledger.Wallet:
    """Where the rule's points go."""
    return desk.plan.wallet if rule.wallet_id is None else desk.plan.wallets[rule.wallet_id]


def _rate(desk: Desk, params: Mapping[str, Any], wallet: ledger.Wallet) -> str:
    points, per = desk.counted(wallet, params["points"]), desk.amount(params["per_minor"])
    rate = (
        ngettext(
            "Members earn %(points)s point for every %(amount)s they spend.",
            "Members earn %(points)s points for every %(amount)s they spend.",
            params["points"],
        )
        if wallet is desk.plan.wallet
        else _("Members earn %(points)s %(unit)s for every %(amount)s they spend.")
    )
    said = [rate % {"points": points, "amount": per, "unit": desk.say(wallet.unit)}]
    said.append(_("Only whole steps count.") if params["whole_steps"] else rounding_sentences()[params["rounding"]])
    if params["exclude"]:
        names = exclusion_names()
        said.append(_("Not counted: %(what)s.") % {"what": _(", ").join(names[what] for what in params["exclude"])})
    return " ".join(said)


def effect_names() -> dict[str, str]:
    """What a new rule may do."""
    return {
        "earn_rate": _("So much for every amount spent"),
        "multiply": _("A multiple of the points"),
        "bonus": _("Points once so much is spent"),
        "nth_order": _("Points for the first or a later order"),
        "birthday_factor": _("More around the birthday"),
        "tier_factor": _("More in higher tiers"),
        "event_points": _("Points for an event"),
        "streak": _("Points for days in a row"),
    }


def rounding_sentences() -> dict[str, str]:
    """How fractions of a point are treated."""
    return {
        "down": _("Fractions of a point are cut."),
        "nearest": _("Points are rounded, halves up."),
        "up": _("Points are rounded up."),
    }


def exclusion_names() -> dict[str, str]:
    """What may be kept from earning."""
    return {
        "tax": _("taxes"),
        "delivery": _("delivery"),
        "gift_card": _("gift cards"),
        "fee": _("fees"),
        "discount": _("discounts"),
    }


def span(rule: earning.Rule) -> str:
    """From when to when it holds."""
    if rule.starts_on and rule.ends_on:
        return _("%(start)s to %(end)s") % {"start": write.day(rule.starts_on), "end": write.day(rule.ends_on)}
    if rule.starts_on:
        return _("From %(day)s") % {"day": write.day(rule.starts_on)}
    if rule.ends_on:
        return _("Until %(day)s") % {"day": write.day(rule.ends_on)}
    return _("Without an end")
