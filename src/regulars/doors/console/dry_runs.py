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
from regulars.doors.console import condition_words, people, refusals, rule_words
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.rules import standings
from regulars.kit import clock, money
from regulars.kit.errors import Refusal
from regulars.records import activities, members

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
    trying = forms.TypedChoiceField(
        label=gettext_lazy("As if this were in force"), coerce=int, required=False, empty_value=None
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
        self.fields["trying"].choices = [("", _("Only what is in force")), *names]  # type: ignore[attr-defined]
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
    initial = {"order": request.GET.get("order", ""), "trying": int(rule) if rule.isdecimal() else None}
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


def _run(desk: Desk, form: DryRunForm) -> tuple[flows.Trial, members.Member | None] | None:
    """The dry run, and of whom; None when the form names nothing that is known."""
    given = form.cleaned_data
    asked: dict[str, Any] = {"at": desk.at, "language": condition_words.reader(desk), **_draft(desk, given)}
    if number := given["order"].strip():
        found = activities.newest(desk.conn, desk.program_id, limit=5, text=number)
        past = next((one for one in found if one.external_id == number), None)
        if past is None:
            form.add_error("order", _("No order has this number."))
            return None
        trial = flows.try_past_order(desk.conn, desk.plan, past.source, past.external_id, **asked)
        return trial, members.get(desk.conn, desk.program_id, past.member_id)
    named = given["member"].strip()
    known = members.search(desk.conn, desk.program_id, named, limit=2) if named else []
    if named and len(known) != 1:
        form.add_error("member", _("This is not one member: type a whole id, phone number, e-mail address or card."))
        return None
    who = known[0] if known else None
    trial = flows.try_rules(desk.conn, desk.plan, _basket(desk, form), who.member_id if who else None, **asked)
    return trial, who


def _draft(desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    """The rule that is tried as if it were in force."""
    rule = next((one for one in desk.plan.rules if one.rule_id == given.get("trying")), None)
    if rule is None:
        return {}
    wanted = flows.RuleWanted(**{name: getattr(rule, name) for name in flows.RuleWanted.__struct_fields__})
    return {"draft": wanted, "draft_of": rule.rule_id}


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


def _told(desk: Desk, found: flows.Trial, who: members.Member | None) -> dict[str, Any]:
    total = [
        f"{desk.counted(wallet, award.points)} {desk.say(wallet.unit)}"
        for wallet, award in found.awards
        if award.points
    ]
    about = [
        people.title_of(who) if who else _("A guest"),
        write.day(desk.program.local_date(found.order.occurred_at)),
        desk.amount(found.order.total_minor),
    ]
    if found.stored_points is not None:
        about.append(_("%(points)s points were given then") % {"points": write.number(found.stored_points)})
    return {
        "total": " · ".join(total) or _("No points"),
        "about": " · ".join(about),
        "tried": [_line(desk, one) for one in sorted(found.rules, key=lambda one: not one.weighed.points)],
    }


def _line(desk: Desk, one: flows.Tried) -> dict[str, Any]:
    weighed = one.weighed
    return {
        "rule": weighed.rule,
        "label": desk.say(weighed.rule.label),
        "points": desk.moved(one.wallet, weighed.points) if weighed.points else "–",
        "gives": bool(weighed.points),
        "why": one.text,
        "because": weighed.condition.because if weighed.condition else (),
    }
