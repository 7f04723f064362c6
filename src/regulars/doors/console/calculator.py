"""What would an order earn? Asked of the real rules, written nowhere."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk
from regulars.kit import clock, money
from regulars.program import earning, tiers
from regulars.records import activities, ledger, members

_SAMPLE_MINOR = 24_986
_NOON = timedelta(hours=12)


class CalculatorForm(forms.Form):
    """An order in three answers."""

    amount = forms.DecimalField(label=gettext_lazy("An order of"), min_value=0, max_value=10**7)
    on = forms.DateField(label=gettext_lazy("on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    tier = forms.TypedChoiceField(label=gettext_lazy("by a member of tier"), coerce=int)
    birthday = forms.BooleanField(label=gettext_lazy("whose birthday is that day"), required=False)

    def __init__(self, desk: Desk, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(
            data,
            initial={"amount": money.to_decimal(_SAMPLE_MINOR, desk.program.currency), "on": desk.today},
            auto_id="calculator_%s",
        )
        self.fields["tier"].choices = [  # type: ignore[attr-defined]
            (tier.tier_id, desk.say(tier.name)) for tier in desk.plan.ladder.tiers
        ]


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A fragment: the points, each rule's share in words, when they can be used and when they end."""
    form = CalculatorForm(desk, request.GET)
    if not form.is_valid():
        text = _("Type an amount and a day to see what it earns.")
        return render(request, "console/calculated.html", {"problem": text}, status=422)
    given = form.cleaned_data
    on: date = given["on"]
    minor = money.to_minor(str(given["amount"]), desk.program.currency)
    return render(request, "console/calculated.html", _found(desk, _award(desk, minor, given), on))


def _award(desk: Desk, minor: int, given: Mapping[str, Any]) -> earning.Award:
    """What the real decision gives to somebody made up."""
    on: date = given["on"]
    order = activities.Order(
        source="calculator",
        external_id="calculator",
        currency=desk.program.currency,
        total_minor=minor,
        occurred_at=desk.at if on == desk.today else clock.first_instant(on, desk.program.time_zone) + _NOON,
        lines=(activities.Line(line_id="1", amount_minor=minor),),
    )
    nobody = members.Standing(
        member_id=UUID(int=0),
        status=members.Status.ACTIVE,
        enrolled_on=on,
        language=desk.language,
        birth_on=on if given["birthday"] else None,
        account_id=UUID(int=0),
        enrolled_at=order.occurred_at,
    )
    holding = tiers.Holding(tier_id=given["tier"], since_at=order.occurred_at, review_on=on)
    state = flows.State(standing=nobody, holding=holding, tallies=())
    left = earning.budgets(desk.conn, desk.program_id, desk.plan.counted_rules)
    return flows.decide(desk.plan, state, order, today=on, left=left)[0].award


def _found(desk: Desk, award: earning.Award, on: date) -> dict[str, object]:
    said = {"language": desk.language, "currency": desk.program.currency}
    if award.none is not None:
        return {"problem": ledger.none_sentence(award.none[0], award.none[1], **said)}
    lot = ledger.award_lot(desk.plan.wallet, earned_on=on, window_days=desk.program.return_window_days, today=on)
    dates = [
        _usable(lot, on),
        _("Never ends") if lot.expires_on == date.max else _("Ends after %(day)s") % {"day": write.day(lot.expires_on)},
        _("Costs about %(amount)s") % {"amount": desk.worth(award.points)},
    ]
    return {
        "points": award.points,
        "parts": [
            (ledger.part_sentence(part.reason, wallet=desk.plan.wallet, **said), write.signed(part.points))
            for part in award.parts
        ],
        "dates": " · ".join(dates),
    }


def _usable(lot: ledger.Lot, on: date) -> str:
    if lot.active_on == ledger.WAITING:
        return _("Usable once the order is completed")
    return _("Usable at once") if lot.is_active(on) else _("Usable from %(day)s") % {"day": write.day(lot.active_on)}
