"""Wallets as sentences a shop would say: what is counted, when it can be used, when it ends."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.records import ledger

_EXAMPLE_POINTS = 1000


def kind_names() -> dict[str, str]:
    """What a wallet may count."""
    return {
        "points": _("Points to spend"),
        "status": _("Status points"),
        "cashback": _("Cashback"),
        "gift_card": _("Stored value"),
    }


def kind_sentences() -> dict[str, str]:
    """The same, each with what it is for."""
    return {
        "points": _("Points to spend: they buy rewards and pay for orders"),
        "status": _("Status points: they only count for tiers and cannot be spent"),
        "cashback": _("Cashback: money the shop gives back, worth its amount"),
        "gift_card": _("Stored value: gift cards and money paid in; orders paid with it earn"),
    }


def end_sentences() -> dict[str, str]:
    """When points may end."""
    return {
        "never": _("never"),
        "days": _("so many days later"),
        "month_end": _("with the month, so many months later"),
        "year_end": _("with the year, so many years later"),
        "date": _("on the next such day of the year, so many years later"),
        "inactivity": _("so many days after the member last earned or spent"),
    }


def use_sentences(desk: Desk) -> dict[str, str]:
    """When points may become usable."""
    days = desk.program.return_window_days
    window = (
        ngettext(
            "after the program's return window (%(days)s day)",
            "after the program's return window (%(days)s days)",
            days,
        )
        % {"days": days}
        if days
        else _("at once, as the program has no return window")
    )
    return {
        "program": window,
        "days": _("after so many days of their own"),
        "event": _("when the shop says that the order was completed"),
    }


def debt_sentences() -> dict[str, str]:
    """What may become of points that were spent before their order came back."""
    return {
        "debt": _("they are owed; the next points pay them back"),
        "forgive": _("they are forgiven"),
        "review": _("they are owed until a person has looked at it"),
    }


def name(desk: Desk, wallet: ledger.Wallet) -> str:
    """What the wallet counts, as its own name."""
    found = desk.say(wallet.unit)
    return found[:1].upper() + found[1:]


def expiry(found: ledger.Expiry) -> str:
    """When points end, in a sentence."""
    count = {"count": found.count}
    match found.kind:
        case "never":
            return _("They never end.")
        case "days":
            return _days(found.count) % count
        case "month_end":
            return _months(found.count) % count
        case "inactivity":
            return _("They end %(count)s days after the member last earned or spent.") % count
        case "date":
            text = _("They end on the next %(day)s.") if not found.count else _years_after_a_day(found.count)
            return text % {**count, "day": month_day(found.month_day)}
        case _:
            if not found.count:
                return _("They end on 31 December of the year they were earned in.")
            return _years(found.count) % count


def _days(count: int) -> str:
    return ngettext(
        "They end %(count)s day after they were earned.", "They end %(count)s days after they were earned.", count
    )


def _months(count: int) -> str:
    return ngettext(
        "They end with the month, %(count)s month after they were earned.",
        "They end with the month, %(count)s months after they were earned.",
        count,
    )


def _years(count: int) -> str:
    return ngettext(
        "They end on 31 December, %(count)s year after they were earned.",
        "They end on 31 December, %(count)s years after they were earned.",
        count,
    )


def _years_after_a_day(count: int) -> str:
    return ngettext(
        "They end %(count)s year after the next %(day)s.", "They end %(count)s years after the next %(day)s.", count
    )


def month_day(text: str) -> str:
    """A day of every year, such as `Mar 31`."""
    return write.short_day(date(2024, int(text[:2]), int(text[3:])))


def usable(desk: Desk, wallet: ledger.Wallet) -> str:
    """When earned points can be used (or count, where they only count), in a sentence."""
    counts = not wallet.is_spendable
    if wallet.waits_for_event:
        if counts:
            return _("They count once the shop says that the order was completed.")
        return _("They can be used once the shop says that the order was completed.")
    days = desk.program.return_window_days if wallet.pending_days is None else wallet.pending_days
    if not days:
        return _("They count at once.") if counts else _("They can be used at once.")
    text = (
        ngettext("They count %(days)s day after the purchase.", "They count %(days)s days after the purchase.", days)
        if counts
        else ngettext(
            "They can be used %(days)s day after the purchase.",
            "They can be used %(days)s days after the purchase.",
            days,
        )
    )
    return text % {"days": days}


def examples(desk: Desk, wallet: ledger.Wallet) -> list[str]:
    """What these settings mean for points earned today, with real days."""
    today = desk.today
    lot = ledger.award_lot(wallet, earned_on=today, window_days=desk.program.return_window_days, today=today)
    said = [_start(wallet, lot, today), _end(wallet, lot)]
    if lot.expires_on < date.max:
        told = max(today, lot.expires_on - timedelta(days=wallet.expiry.notice_days))
        said.append(_("Members are told of this end on %(day)s.") % {"day": write.day(told)})
    if wallet.expiry.carry_percent:
        kept = ledger.carried(wallet.expiry, _EXAMPLE_POINTS)
        said.append(
            _("Of %(whole)s that end on that day, %(kept)s go on for another year.")
            % {"whole": desk.counted(wallet, _EXAMPLE_POINTS), "kept": desk.counted(wallet, kept)}
        )
    return said


def _start(wallet: ledger.Wallet, lot: ledger.Lot, today: date) -> str:
    counts = not wallet.is_spendable
    if lot.active_on == ledger.WAITING:
        return _("What is earned today waits until its order is completed.")
    if lot.is_active(today):
        return _("What is earned today counts at once.") if counts else _("What is earned today can be used at once.")
    text = (
        _("What is earned today counts from %(day)s.")
        if counts
        else _("What is earned today can be used from %(day)s.")
    )
    return text % {"day": write.day(lot.active_on)}


def _end(wallet: ledger.Wallet, lot: ledger.Lot) -> str:
    if lot.expires_on == date.max:
        return _("It never ends.")
    if wallet.expiry.kind == "inactivity":
        return _("It ends after %(day)s, unless the member comes before that.") % {"day": write.day(lot.expires_on)}
    return _("It ends after %(day)s.") % {"day": write.day(lot.expires_on)}
