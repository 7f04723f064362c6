"""The form of an earning rule: what it gives, when, to which lines, how much at most, before which others."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.audience import conditions
from regulars.doors.console import earning_words, events, rule_words, wallet_words
from regulars.doors.console.condition_part import ConditionField
from regulars.doors.console.desk import Desk
from regulars.kit import money
from regulars.program import earning


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RuleForm(forms.Form):
    """One rule of any effect; the fields of the others are taken out."""

    label_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60, required=False)
    label_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    wallet = forms.TypedChoiceField(
        label=gettext_lazy("Pays into"),
        coerce=int,
        help_text=gettext_lazy("Each wallet has rules of its own: a factor multiplies what its own rates give."),
    )
    event = forms.ChoiceField(label=gettext_lazy("For"))
    days = forms.IntegerField(label=gettext_lazy("Days in a row"), min_value=2, max_value=366)
    points = forms.DecimalField(label=gettext_lazy("Points"), min_value=Decimal("0.001"), max_value=1_000_000)
    per = forms.DecimalField(label=gettext_lazy("For every amount of"), min_value=Decimal("0.001"), max_value=10**6)
    rounding = forms.ChoiceField(
        label=gettext_lazy("Fractions"), choices=lambda: earning_words.rounding_sentences().items()
    )
    whole_steps = forms.BooleanField(label=gettext_lazy("Only whole steps of the amount count"), required=False)
    exclude = forms.MultipleChoiceField(
        label=gettext_lazy("What does not earn"),
        choices=lambda: earning_words.exclusion_names().items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    factor = forms.DecimalField(label=gettext_lazy("Times as many points"), min_value=Decimal("1.01"), max_value=100)
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=(("day", gettext_lazy("On the birthday")), ("month", gettext_lazy("In the month of the birthday"))),
    )
    spend = forms.DecimalField(
        label=gettext_lazy("Once so much was spent"), min_value=Decimal("0.001"), max_value=10**9
    )
    nth = forms.IntegerField(label=gettext_lazy("For order number"), min_value=1, max_value=10_000)
    span = forms.ChoiceField(label=gettext_lazy("Counted"), choices=lambda: earning_words.period_names().items())
    repeats = forms.BooleanField(label=gettext_lazy("Again and again, not only once"), required=False)
    limit = forms.IntegerField(
        label=gettext_lazy("At most so often for each member"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("Empty is without a limit. What goes beyond it is recorded and earns nothing."),
    )
    period = forms.ChoiceField(
        label=gettext_lazy("The limit holds in a"), choices=lambda: earning_words.event_period_names().items()
    )
    member_points_max = forms.IntegerField(
        label=gettext_lazy("At most so many points for one member"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("Empty: no limit."),
    )
    member_period = forms.ChoiceField(
        label=gettext_lazy("That limit holds for"),
        choices=lambda: earning_words.period_names().items(),
        required=False,
    )
    budget_points_max = forms.IntegerField(
        label=gettext_lazy("At most so many points for all members together"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("The budget of this rule, over all its versions. Empty: no limit."),
    )
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        min_value=-1000,
        max_value=1000,
        required=False,
        help_text=gettext_lazy("Higher comes first."),
    )
    group = forms.CharField(
        label=gettext_lazy("Exclusive group"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Of rules with the same word here only one gives points. Empty: this rule always may."),
    )
    picks = forms.ChoiceField(label=gettext_lazy("Which of the group"), choices=lambda: rule_words.picks().items())
    starts_on = _day(gettext_lazy("From"))
    ends_on = _day(gettext_lazy("Until"))
    effective_at = forms.DateTimeField(
        label=gettext_lazy("This version decides from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("Empty: from now on, for all that is recorded from now on."),
    )
    because_en = forms.CharField(
        label=gettext_lazy("What members read, in English"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty: the name of the rule."),
    )
    because_zh = forms.CharField(label=gettext_lazy("What members read, in Chinese"), max_length=200, required=False)

    OF: ClassVar = {
        "earn_rate": ("points", "per", "rounding", "whole_steps", "exclude"),
        "multiply": ("factor",),
        "birthday_factor": ("factor", "when"),
        "tier_factor": (),
        "bonus": ("points", "spend", "span", "repeats"),
        "nth_order": ("points", "nth", "span", "repeats"),
        "event_points": ("event", "points", "limit", "period"),
        "streak": ("event", "days", "points", "repeats"),
    }

    def __init__(self, desk: Desk, rule: earning.Rule, data: Mapping[str, Any] | None = None) -> None:
        self.desk, self.rule, self.plan = desk, rule, desk.plan
        self.currency, self.zone = desk.program.currency, ZoneInfo(desk.program.time_zone)
        self.own = self.OF[rule.effect]
        super().__init__(data, initial=self._initial())
        unused = {name for names in self.OF.values() for name in names} - set(self.own)
        if rule.effect == "event_points":
            unused |= {"label_en", "label_zh"}
        if len(desk.plan.wallets) == 1:
            unused.add("wallet")
        else:
            names = [(w.wallet_id, wallet_words.name(desk, w)) for w in desk.plan.wallets.values()]
            self.fields["wallet"].choices = names  # type: ignore[attr-defined]
            self.fields["points"].help_text = _("In a wallet of money: the amount that is given.")
        for name in unused:
            del self.fields[name]
        if "event" in self.own:
            types = events.type_names(desk).items()
            self.fields["event"].choices = sorted(types, key=lambda one: one[1])  # type: ignore[attr-defined]
        if rule.effect == "nth_order":
            named = earning_words.period_names().items()
            self.fields["span"].choices = [one for one in named if one[0] != "order"]  # type: ignore[attr-defined]
        self._ask(data)

    def _ask(self, data: Mapping[str, Any] | None) -> None:
        """The conditions of the rule: about a purchase or an event, and about the lines that count."""
        event = str((data or {}).get("event") or self.rule.params.get("event", ""))
        asks = self.rule.asks
        self.fields["condition"] = ConditionField(
            self.desk,
            earning.scope_of(self.rule.effect),
            event_type=event,
            label=_("Only if"),
            help_text=_("Nothing here: always."),
            initial=asks.condition if asks else None,
        )
        if not earning.EFFECTS[self.rule.effect].OF_EVENTS:
            self.fields["lines"] = ConditionField(
                self.desk,
                conditions.Scope.LINE,
                label=_("Only for items where"),
                help_text=_("Nothing here: for all items of the order."),
                initial=asks.lines if asks else None,
            )

    def _initial(self) -> dict[str, Any]:
        rule, params = self.rule, dict(self.rule.params)
        match rule.effect:
            case "earn_rate":
                params["per"] = money.to_decimal(params.pop("per_minor"), self.currency)
            case "event_points":
                params["period"] = params.pop("per")
            case "bonus" | "nth_order":
                params["span"] = params.pop("per")
        if "spend_minor" in params:
            params["spend"] = money.to_decimal(params.pop("spend_minor"), self.currency)
        wallet = earning_words.wallet_of(self.desk, rule)
        if "points" in params and wallet.is_money:
            params["points"] = money.to_decimal(params["points"], self.currency)
        texts = {f"label_{code}": said for code, said in rule.label.items()}
        texts |= {f"because_{code}": said for code, said in rule.because.items()}
        place = {name: getattr(rule, name) for name in ("starts_on", "ends_on", "priority", "group", "picks")}
        limits = msgspec.structs.asdict(rule.limits or earning.Limits())
        return {**params, **place, **texts, **limits, "wallet": wallet.wallet_id}

    @property
    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields by what they are about: a title, a note, the fields."""
        named = [
            (_("What it gives"), "", ("label_en", "label_zh", "wallet", *self.own)),
            (_("When it applies"), "", ("condition", "lines", "starts_on", "ends_on", "effective_at")),
            (_("At most"), "", ("member_points_max", "member_period", "budget_points_max")),
            (_("Before and instead of others"), "", ("priority", "group", "picks")),
            (_("What members read"), "", ("because_en", "because_zh")),
        ]
        return [(title, note, [self[name] for name in names if name in self.fields]) for title, note, names in named]

    def clean(self) -> dict[str, Any]:
        """Points are whole; in a wallet of money they are an amount with its decimals."""
        given: dict[str, Any] = super().clean() or {}
        if "label_en" in self.fields and not self.label():
            self.add_error("label_en", _("Give it a name in one language at least."))
        points: Decimal | None = given.get("points")
        if points is not None:
            if self.plan.wallets[self.wallet_id()].is_money:
                given["points"] = money.to_minor(str(points), self.currency)
            elif points == points.to_integral_value() and points >= 1:
                given["points"] = int(points)
            else:
                self.add_error("points", _("Points are whole numbers."))
        return given

    def label(self) -> Mapping[str, str]:
        """The name of the rule, by language; without one it keeps the name it has."""
        return self._texts("label") or self.rule.label

    def _texts(self, name: str) -> dict[str, str]:
        given = {code: str(self.cleaned_data.get(f"{name}_{code}") or "").strip() for code in ("en", "zh")}
        return {code: said for code, said in given.items() if said}

    def wallet_id(self) -> int:
        """Where the points go."""
        return int(self.cleaned_data.get("wallet") or self.plan.wallet.wallet_id)

    def params(self) -> dict[str, Any]:
        """The rule's parameters as the core keeps them."""
        found = {name: self.cleaned_data[name] for name in self.own}
        if "period" in found:
            found["per"] = found.pop("period")
        elif "span" in found:
            found["per"] = found.pop("span")
        elif "per" in found:
            found["per_minor"] = money.to_minor(str(found.pop("per")), self.currency)
        if "spend" in found:
            found["spend_minor"] = money.to_minor(str(found.pop("spend")), self.currency)
        if "factor" in found:
            whole = found["factor"] == found["factor"].to_integral_value()
            found["factor"] = int(found["factor"]) if whole else float(found["factor"])
        return found

    def limits(self) -> earning.Limits | None:
        """The most the rule gives; None when it has no limit."""
        of_member, of_budget = self.cleaned_data["member_points_max"], self.cleaned_data["budget_points_max"]
        if of_member is None and of_budget is None:
            return None
        period: earning.Period = self.cleaned_data["member_period"] or "day"
        return earning.Limits(member_points_max=of_member, member_period=period, budget_points_max=of_budget)

    def wanted(self, label: Mapping[str, str], state: earning.State) -> flows.RuleWanted:
        """The version somebody wants, called `label`."""
        given, rule = self.cleaned_data, self.rule
        wallet_id: int | None = self.wallet_id()
        if wallet_id == self.plan.wallet.wallet_id and rule.wallet_id is None:
            wallet_id = None
        at: datetime | None = given.get("effective_at")
        return flows.RuleWanted(
            effect=rule.effect,
            params={**rule.params, **self.params()},
            label=label,
            state=state,
            effective_at=at.replace(tzinfo=self.zone) if at else None,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            wallet_id=wallet_id,
            limits=self.limits(),
            condition=_tree(given.get("condition")),
            lines=_tree(given.get("lines")),
            campaign_id=rule.campaign_id,
            because=self._texts("because"),
            priority=given["priority"] or 0,
            group=given["group"].strip(),
            picks=given["picks"],
        )


def _tree(condition: conditions.Condition | None) -> Mapping[str, Any] | None:
    return condition.tree if condition else None


def says_the_same(wanted: flows.RuleWanted, rule: earning.Rule) -> bool:
    """Whether the version that is wanted says nothing new."""
    names = set(wanted.__struct_fields__) - {"effective_at"}
    given = {name: getattr(wanted, name) for name in names}
    return wanted.effective_at is None and replace(rule, **given) == rule
