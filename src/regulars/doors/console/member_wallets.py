"""What a member has in each wallet: figures, the wallets beside each other, the days that come."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from regulars.doors.console import format as write
from regulars.doors.console import paging, people, wallet_words
from regulars.doors.console.desk import Desk
from regulars.records import ledger

Held = Mapping[int, ledger.Balance]


def chosen(request: HttpRequest, desk: Desk) -> ledger.Wallet:
    """The wallet the address names; the first one when it names none of them."""
    code = request.GET.get("wallet", "")
    return next((wallet for wallet in desk.plan.wallets.values() if wallet.code == code), desk.plan.wallet)


def held(desk: Desk, member_id: UUID) -> dict[int, ledger.Balance]:
    """What the account that keeps the member's points has in every wallet."""
    account_id = people.account_of(desk, member_id)
    found = ledger.all_balances(desk.conn, [account_id], wallets=desk.plan.wallets, today=desk.today)
    return {wallet_id: of[account_id] for wallet_id, of in found.items()}


def figures(desk: Desk, wallet: ledger.Wallet, balance: ledger.Balance) -> list[tuple[str, str, str, str]]:
    """Label, number, what it means, and the class of the number."""
    available = _("Available points") if wallet is desk.plan.wallet else _("Available")
    worth = _("worth %(worth)s") % {"worth": desk.worth(balance.spendable)}
    if wallet is not desk.plan.wallet:
        worth = wallet_words.name(desk, wallet)
    waits = _("usable after the return window")
    if wallet.waits_for_event:
        waits = _("until their orders are completed")
    owed = "text-warn" if balance.debt else "quiet"
    return [
        (available, desk.counted(wallet, balance.spendable), worth, ""),
        (_("Pending"), desk.counted(wallet, balance.pending), waits, "quiet"),
        (_("Set aside"), desk.counted(wallet, balance.held), _("for unpaid baskets"), "quiet"),
        (_("Owed"), desk.counted(wallet, balance.debt), _("paid back by the next points"), owed),
    ]


def cards(
    request: HttpRequest, desk: Desk, wallet: ledger.Wallet, found: Held
) -> list[tuple[str, str, str, str, bool]]:
    """Every wallet: name, kind, what can be used, where its ledger is, whether it is the one shown."""
    names = wallet_words.kind_names()
    return [
        (
            wallet_words.name(desk, one),
            names[one.kind] if names[one.kind].lower() != desk.say(one.unit).lower() else "",
            desk.counted(one, found[one.wallet_id].spendable),
            paging.address(request, wallet=one.code, kind="", find=""),
            one is wallet,
        )
        for one in desk.plan.wallets.values()
    ]


def coming(desk: Desk, member_id: UUID, found: Held) -> list[tuple[str, str, bool]]:
    """Every coming day on which something becomes usable or ends: day, sentence, whether it ends."""
    told = {(n.wallet_id, n.expires_on): n.told_on for n in ledger.notices(desk.conn, member_id, today=desk.today)}
    days = []
    for wallet_id, balance in found.items():
        days += [(on, wallet_id, points, False) for on, points in balance.activating]
        days += [(on, wallet_id, points, True) for on, points in balance.expiring]
    said = []
    for on, wallet_id, points, is_end in sorted(days):
        text = _what(desk, desk.plan.wallets[wallet_id], points, is_end=is_end)
        if is_end and (told_on := told.get((wallet_id, on))):
            text = _("%(what)s (announced on %(day)s)") % {"what": text, "day": write.day(told_on)}
        said.append((write.day(on), text, is_end))
    return said


def _what(desk: Desk, wallet: ledger.Wallet, points: int, *, is_end: bool) -> str:
    number = desk.counted(wallet, points)
    if wallet is desk.plan.wallet:
        text = _("%(points)s points end after this day") if is_end else _("%(points)s points become usable")
        return text % {"points": number}
    text = _("%(points)s %(unit)s end after this day") if is_end else _("%(points)s %(unit)s become usable")
    return text % {"points": number, "unit": desk.say(wallet.unit)}
