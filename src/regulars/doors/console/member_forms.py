"""What a person can do for a member: the forms, and each choice with its effect in numbers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.doors.console import format as write
from regulars.doors.console import refusals, reward_words, wallet_words
from regulars.doors.console.desk import Desk
from regulars.doors.console.once import OnceForm
from regulars.program import rewards
from regulars.records import ledger

_POINTS_MAX = 1_000_000
_TYPED_MAX = 10**12


class AdjustForm(OnceForm):
    """Points added or taken by hand."""

    wallet = forms.ChoiceField(label=gettext_lazy("Wallet"))
    points = forms.DecimalField(
        label=gettext_lazy("Points"),
        min_value=-_POINTS_MAX,
        max_value=_POINTS_MAX,
        help_text=gettext_lazy("50 adds fifty points, -50 takes them."),
    )
    shown_reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("The member reads this beside the points.")
    )
    hidden_note = forms.CharField(
        label=gettext_lazy("Internal note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only operators see it, such as the number of a case."),
    )

    def __init__(self, desk: Desk, data: Mapping[str, Any] | None = None, *, wallet: ledger.Wallet) -> None:
        super().__init__(data, initial={"wallet": wallet.code})
        self.desk = desk
        wallets = desk.plan.wallets.values()
        self.fields["wallet"].choices = [(one.code, wallet_words.name(desk, one)) for one in wallets]  # type: ignore[attr-defined]
        if len(desk.plan.wallets) == 1:
            del self.fields["wallet"]
        elif any(one.is_money for one in wallets):
            self.fields["points"].label = _("Points or amount")
            self.fields["points"].help_text = _(
                "50 adds fifty, -50 takes them; in a wallet of money 9.50 is an amount."
            )

    def clean(self) -> dict[str, Any]:
        """Points are whole; in a wallet of money they are an amount with its decimals."""
        given: dict[str, Any] = super().clean() or {}
        points = given.get("points")
        if points is not None:
            given["points"] = counted(self.desk, self.desk.plan.wallet_of(given.get("wallet", "")), points)
            if given["points"] is None:
                self.add_error("points", _("Points are whole numbers."))
        return given


def counted(desk: Desk, wallet: ledger.Wallet, number: Decimal) -> int | None:
    """What was typed as the wallet counts it: whole points, or minor units; None when it is neither."""
    if not number.is_finite() or not -_TYPED_MAX <= number <= _TYPED_MAX:
        return None
    scaled = number.scaleb(wallet.decimals(desk.program.currency))
    return int(scaled) if scaled == scaled.to_integral_value() else None


class EditForm(forms.Form):
    """A member's name and birthday."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    birth_on = forms.DateField(
        label=gettext_lazy("Birthday"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class RedeemForm(OnceForm):
    """One reward at the price that was shown, as `id:points` or `id:points:money`, the money in minor units."""

    reward = forms.RegexField(r"^[0-9a-f-]{36}:\d{1,10}(:\d{1,10})?$")

    def chosen(self) -> tuple[UUID, int, int | None]:
        """The reward's id and the price that was shown: points, and the part in money that was chosen."""
        reward_id, points, *money_minor = self.cleaned_data["reward"].split(":")
        return UUID(reward_id), int(points), int(money_minor[0]) if money_minor else None


def offers(desk: Desk, found: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Rewards in the reader's language: price, whether it can be had, else why not."""
    catalogue = {str(r.reward_id): r for r in rewards.catalogue(desk.conn, desk.program_id)}
    shown: list[dict[str, object]] = []
    for offer in found:
        reward = catalogue[offer["reward_id"]]
        why = ""
        if offer["why_not"] == "insufficient-points":
            why = _("%(points)s points short") % {"points": write.number(offer["missing"])}
        elif offer["why_not"]:
            why = refusals.why_not(offer["why_not"])
            if offer["why_not"] in ("audience", "tier", "store"):
                why = f"{why}: {reward_words.whom(desk, reward)}"
        shown.append(
            {
                "ways": [
                    (
                        f"{offer['reward_id']}:{way['points']}:{way['money_minor']}",
                        reward_words.price(desk, way["points"], way["money_minor"]),
                    )
                    for way in offer["prices"]
                ],
                "name": desk.say(reward.name),
                "text": desk.say(reward.description),
                "price": _("%(points)s points") % {"points": write.number(offer["points"])},
                "can_redeem": offer["can_redeem"],
                "why_not": why,
            }
        )
    return sorted(shown, key=lambda offer: not offer["can_redeem"])


def effect(desk: Desk, wallet: ledger.Wallet, spendable: int, points: int) -> str:
    """What adding (or taking) points would do, in numbers, and whether a second person is needed."""
    if points == 0 or abs(points) > flows.ADJUSTMENT_POINTS_MAX:
        return _("From 1 to %(top)s points, or below zero to take them.") % {
            "top": write.number(flows.ADJUSTMENT_POINTS_MAX)
        }
    said = change(desk, wallet, spendable, points)
    if spendable + points < 0 or _is_alone(desk, points):
        return said
    note = _("Above your limit: a second person must approve it.")
    return _("%(effect)s %(note)s") % {"effect": said, "note": note}


def change(desk: Desk, wallet: ledger.Wallet, spendable: int, points: int) -> str:
    """What adding (or taking) points would do, in numbers as the wallet counts."""
    is_first = wallet is desk.plan.wallet
    if spendable + points < 0:
        text = _("Not possible: only %(spendable)s points can be taken.")
        if not is_first:
            text = _("Not possible: only %(spendable)s %(unit)s can be taken.")
        return text % {"spendable": desk.counted(wallet, spendable), "unit": desk.say(wallet.unit)}
    if not is_first:
        return _moved(desk, wallet, spendable, points)
    return _("Available: %(now)s → %(then)s points. Worth %(amount)s.") % {
        "now": write.number(spendable),
        "then": write.number(spendable + points),
        "amount": desk.worth(abs(points), wallet),
    }


def _is_alone(desk: Desk, points: int) -> bool:
    allowance = ledger.adjustments.allowances(desk.conn, desk.program_id)[desk.actor.kind]
    used = ledger.adjustments.used_points(desk.conn, desk.actor, wallet_ids=desk.plan.wallets, on=desk.today)
    return allowance.covers(points, used_points=used)


def _moved(desk: Desk, wallet: ledger.Wallet, spendable: int, points: int) -> str:
    now, then = desk.counted(wallet, spendable), desk.counted(wallet, spendable + points)
    return _("Available: %(now)s → %(then)s %(unit)s.") % {"now": now, "then": then, "unit": desk.say(wallet.unit)}


def channel_name(channel: str) -> str:
    """Where somebody bought or joined, in words where we know the word."""
    return {
        "store": _("Store"),
        "web": _("Web shop"),
        "app": _("App"),
        "wechat": _("WeChat"),
        "console": _("Console"),
    }.get(channel, channel)
