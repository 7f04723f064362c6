"""The dry run: what every earning rule does about a past order or a basket, and why the others do nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.doors.console import condition_words, earning_words, people, refusals, rule_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.rules import standings
from regulars.kit import clock, money
from regulars.kit.errors import Refusal
from regulars.records import activities, ledger, members

_NOON = timedelta(hours=12)
_ITEMS = 3


class DryRunForm(forms.Form):
    """A past order by its number, or a basket of a few items; and the rules that are tried as if in force."""

    order = forms.CharField(
        label=gettext_lazy("A past order"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Its number in the shop. Empty: the basket below."),
    )
    member = forms.CharField(
        label=gettext_lazy("A basket of member"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Id, phone, e-mail or card. Empty: a guest in the lowest tier."),
    )
    on = forms.DateField(
        label=gettext_lazy("bought on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    store = forms.CharField(label=gettext_lazy("in the store"), max_length=64, required=False)
    channel = forms.CharField(label=gettext_lazy("by the channel"), max_length=64, required=False)
    trying = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Try these as if they were in force"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, desk: Desk, data: Any = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"on": desk.today, "amount_1": "100", **(initial or {})})
        self.desk = desk
        for number in range(1, _ITEMS + 1):
            self.fields[f"amount_{number}"] = forms.DecimalField(
                label=_("Item %(number)s: amount") % {"number": number}, min_value=0, max_value=10**9, required=False
            )
            self.fields[f"category_{number}"] = forms.CharField(
                label=_("Item %(number)s: category") % {"number": number}, max_length=200, required=False
            )
            self.fields[f"sku_{number}"] = forms.CharField(
                label=_("Item %(number)s: article") % {"number": number}, max_length=200, required=False
            )
        stands = standings(desk)
        names = [
            (rule.rule_id, f"{desk.say(rule.label)} ({rule_words.standing_names()[stands[rule.rule_id]]})")
            for rule in desk.plan.rules
            if stands[rule.rule_id] in ("draft", "scheduled", "paused")
        ]
        self.fields["trying"].choices = names  # type: ignore[attr-defined]
        if not names:
            del self.fields["trying"]

    @property
    def items(self) -> list[list[forms.BoundField]]:
        """The fields of each item of the basket."""
        names = ("amount", "category", "sku")
        return [[self[f"{name}_{number}"] for name in names] for number in range(1, _ITEMS + 1)]

    def clean(self) -> dict[str, Any]:
        """There is an order, or an item."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("order") and not self.lines():
            self.add_error("amount_1", _("Type an amount, or the number of a past order."))
        return given

    def lines(self) -> list[activities.Line]:
        """The items of the basket."""
        given = self.cleaned_data
        return [
            activities.Line(
                line_id=str(number),
                amount_minor=money.to_minor(str(amount), self.desk.program.currency),
                category=given.get(f"category_{number}", "").strip(),
                sku=given.get(f"sku_{number}", "").strip(),
            )
            for number in range(1, _ITEMS + 1)
            if (amount := given.get(f"amount_{number}"))
        ]


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form, and below it what every rule did; `?order=` and `?rule=` fill the form."""
    rule = request.GET.get("rule", "")
    initial = {"order": request.GET.get("order", ""), "trying": [int(rule)] if rule.isdecimal() else []}
    form = DryRunForm(desk, request.POST or None, initial=initial)
    page: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            found = _run(desk, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            page |= {} if found is None else _told(desk, *found)
    answer = render(request, "console/dry_run.html", page)
    return wrong(answer) if form.errors else answer


def _run(desk: Desk, form: DryRunForm) -> tuple[flows.DryRun, members.Member | None] | None:
    """The dry run, and of whom; None when the form names nothing that is known."""
    given, trying = form.cleaned_data, form.cleaned_data.get("trying") or ()
    asked: dict[str, Any] = {"at": desk.at, "language": condition_words.reader(desk), "trying": frozenset(trying)}
    if number := given["order"].strip():
        found = activities.newest(desk.conn, desk.program_id, limit=5, text=number)
        past = next((one for one in found if one.external_id == number), None)
        if past is None:
            form.add_error("order", _("No order has this number."))
            return None
        order, who = flows.past_order(desk.conn, past), members.get(desk.conn, desk.program_id, past.member_id)
        return flows.dry_run(desk.conn, desk.plan, order, who.member_id, past=past, **asked), who
    named, member_id = given["member"].strip(), None
    known = members.search(desk.conn, desk.program_id, named, limit=2) if named else []
    if named and len(known) != 1:
        form.add_error("member", _("This is not one member: type a whole id, phone number, e-mail address or card."))
        return None
    member_id = known[0].member_id if known else None
    basket = _basket(desk, form)
    return flows.dry_run(desk.conn, desk.plan, basket, member_id, **asked), known[0] if known else None


def _basket(desk: Desk, form: DryRunForm) -> activities.Order:
    given, lines = form.cleaned_data, tuple(form.lines())
    is_today = given["on"] == desk.today
    return activities.Order(
        source="console",
        external_id="dry-run",
        currency=desk.program.currency,
        total_minor=sum(line.amount_minor for line in lines),
        occurred_at=desk.at if is_today else clock.first_instant(given["on"], desk.program.time_zone) + _NOON,
        lines=lines,
        store=given["store"].strip(),
        channel=given["channel"].strip(),
    )


def _told(desk: Desk, found: flows.DryRun, who: members.Member | None) -> dict[str, Any]:
    total = [
        f"{desk.counted(desk.plan.wallets[wallet_id], points)} {desk.say(desk.plan.wallets[wallet_id].unit)}"
        for wallet_id, points in found.points.items()
        if points
    ]
    return {
        "total": " · ".join(total) or _("No points"),
        "about": " · ".join(
            [
                people.title_of(who) if who else _("A guest"),
                desk.say(found.tier.name),
                write.day(found.on),
                desk.amount(found.order.total_minor),
            ]
        ),
        "tried": [_line(desk, one) for one in found.tried],
    }


def _line(desk: Desk, one: flows.Tried) -> dict[str, Any]:
    said = {"language": desk.language, "currency": desk.program.currency}
    if one.reason is not None:
        why = ledger.part_sentence(one.reason, wallet=one.wallet, **said)
    else:
        code, params = one.missed or ("not.condition", {})
        why = ledger.missed_sentence(code, params, **said)
    return {
        "rule": one.rule,
        "label": desk.say(one.rule.label),
        "what": earning_words.effect(desk, one.rule),
        "points": desk.moved(one.wallet, one.points) if one.points else "–",
        "gives": bool(one.points),
        "why": why,
        "because": one.told.because if one.told else (),
    }
