"""The forms of earning: one rule of any effect, and the terms of the first wallet's points."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import earning_words, events, wallet_words
from regulars.doors.console.desk import Desk
from regulars.kit import money
from regulars.program import earning


class RuleForm(forms.Form):
    """One rule of any effect; the fields of the others are taken out."""

    label_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60, required=False)
    label_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=60, required=False)
    wallet = forms.TypedChoiceField(
        label=gettext_lazy("Pays into"),
        coerce=int,
        help_text=gettext_lazy("Each wallet has rules of its own: a factor multiplies what its own rates give."),
    )
    is_live = forms.BooleanField(label=gettext_lazy("In force"), required=False)
    event = forms.ChoiceField(label=gettext_lazy("For"))
    points = forms.DecimalField(label=gettext_lazy("Points"), min_value=Decimal("0.001"), max_value=100_000)
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
    starts_on = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    OF: ClassVar = {
        "earn_rate": ("points", "per", "rounding", "whole_steps", "exclude"),
        "birthday_factor": ("factor", "when"),
        "multiply": ("factor",),
        "tier_factor": (),
        "event_points": ("event", "points", "limit", "period"),
    }

    def __init__(self, desk: Desk, rule: earning.Rule, data: Mapping[str, Any] | None = None) -> None:
        params = dict(rule.params)
        self.currency, self.plan = desk.program.currency, desk.plan
        wallet = earning_words.wallet_of(desk, rule)
        if rule.effect == "earn_rate":
            params["per"] = money.to_decimal(params.pop("per_minor"), self.currency)
        elif rule.effect == "event_points":
            params["period"] = params.pop("per")
        if "points" in params and wallet.is_money:
            params["points"] = money.to_decimal(params["points"], self.currency)
        dates = {"starts_on": rule.starts_on, "ends_on": rule.ends_on}
        most = msgspec.structs.asdict(rule.limits or earning.Limits())
        place = {"is_live": rule.is_live, "wallet": wallet.wallet_id}
        super().__init__(data, initial={**params, **dates, **most, **place})
        self.own = self.OF[rule.effect]
        unused = {name for names in self.OF.values() for name in names} - set(self.own)
        if rule.version or rule.effect == "event_points":
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

    def clean(self) -> dict[str, Any]:
        """Points are whole; in a wallet of money they are an amount with its decimals."""
        given: dict[str, Any] = super().clean() or {}
        if "label_en" in self.fields and not given.get("label_en") and not given.get("label_zh"):
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

    def label(self) -> dict[str, str]:
        """The name of a new rule, by language."""
        given = {"en": self.cleaned_data["label_en"].strip(), "zh": self.cleaned_data["label_zh"].strip()}
        return {code: name for code, name in given.items() if name}

    def wallet_id(self) -> int:
        """Where the points go."""
        return int(self.cleaned_data.get("wallet") or self.plan.wallet.wallet_id)

    def params(self) -> dict[str, Any]:
        """The rule's parameters as the core keeps them."""
        found = {name: self.cleaned_data[name] for name in self.own}
        if "period" in found:
            found["per"] = found.pop("period")
        elif "per" in found:
            found["per_minor"] = money.to_minor(str(found.pop("per")), self.currency)
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


class TermsForm(forms.Form):
    """When points become usable, when they end, what they cost, and what happens to a debt."""

    return_window_days = forms.IntegerField(
        label=gettext_lazy("Points become usable after (days)"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("The return window: 0 makes points usable at once."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Points end"),
        choices=lambda: wallet_words.end_sentences().items(),
    )
    count = forms.IntegerField(label=gettext_lazy("How many later"), min_value=0, max_value=3650)
    grace_days = forms.IntegerField(
        label=gettext_lazy("Grace for points given back after they ended (days)"), min_value=0, max_value=365
    )
    debt_policy = forms.ChoiceField(
        label=gettext_lazy("A return takes back points that were spent"),
        choices=lambda: wallet_words.debt_sentences().items(),
    )
    point_value = forms.DecimalField(
        label=gettext_lazy("What a point costs the shop"), min_value=0, max_value=1000, decimal_places=6
    )
