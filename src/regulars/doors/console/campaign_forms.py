"""The forms of campaigns: their terms, a stop-loss line, a step with its reason."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec.structs import replace

from regulars import flows
from regulars.audience import conditions
from regulars.doors.console import campaign_words as words
from regulars.doors.console.condition_part import ConditionField
from regulars.doors.console.desk import Desk
from regulars.doors.console.shared_fields import day_input
from regulars.kit import money
from regulars.program import campaigns

_STORES = {"rows": 3, "spellcheck": "false"}
_FIXED = ("starts_on", "audience", "audience_mode", "holdout_percent")


class CampaignForm(forms.Form):
    """What a campaign says. After the launch, what measures other people cannot change."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=100, required=False)
    starts_on = forms.DateField(label=gettext_lazy("From"), required=False, widget=day_input())
    ends_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=day_input())
    audience_mode = forms.ChoiceField(
        label=gettext_lazy("The audience is found"),
        choices=(("launch", gettext_lazy("Once, at the launch")), ("daily", gettext_lazy("Again each day"))),
    )
    holdout_percent = forms.IntegerField(
        label=gettext_lazy("Holdout in percent"),
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("Left out by chance and told nothing, so that the effect can be measured."),
    )
    points_max = forms.IntegerField(
        label=gettext_lazy("At most so many points"), min_value=1, max_value=10**12, required=False
    )
    money_max = forms.DecimalField(
        label=gettext_lazy("At most so much money"),
        min_value=0,
        max_value=10**9,
        required=False,
        help_text=gettext_lazy("Points at what they cost the shop."),
    )
    grants_max = forms.IntegerField(
        label=gettext_lazy("At most so many orders and events"), min_value=1, max_value=10**12, required=False
    )
    store_points = forms.CharField(
        label=gettext_lazy("Budgets of stores"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs=_STORES),
        help_text=gettext_lazy(
            "A store on each line with its most points, money, orders and events: Shanghai 01 = 5000 / 2000 / 100. "
            "A dash leaves one out."
        ),
    )
    goal_metric = forms.ChoiceField(label=gettext_lazy("Goal"), required=False)
    goal_target = forms.IntegerField(label=gettext_lazy("To be reached"), min_value=1, max_value=10**12, required=False)
    note = forms.CharField(label=gettext_lazy("Why, for the history"), max_length=200, required=False)

    def __init__(self, desk: Desk, campaign: campaigns.Campaign | None, data: Mapping[str, Any] | None = None) -> None:
        self.desk = desk
        terms = campaign.terms if campaign else campaigns.Terms(name={})
        super().__init__(data, initial=_initial(desk, terms))
        audience = None if flows.has_stale_audience(desk.plan, terms) else flows.audience_of(desk.plan, terms)
        self.fields["audience"] = ConditionField(
            desk,
            conditions.Scope.SEGMENT,
            label=_("Audience"),
            initial=audience,
            help_text=_("Empty is everybody, whoever joins later too."),
        )
        self.fields["goal_metric"].choices = [("", "–"), *words.goal_names().items()]  # type: ignore[attr-defined]
        if campaign is not None and campaign.launched_on is not None:
            for name in _FIXED:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A name in one language at least, and stores with a number each."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("name_en") and not given.get("name_zh"):
            self.add_error("name_en", _("Give it a name in one language at least."))
        try:
            given["stores"] = _stores(given.get("store_points", ""), self.desk.program.currency)
        except ValueError:
            self.add_error("store_points", _("Write a store, an equals sign and up to three numbers on each line."))
        return given

    def section(self, *names: str) -> list[forms.BoundField]:
        """The fields of these names that are asked."""
        return [self[name] for name in names if name in self.fields]

    @property
    def general(self) -> list[forms.BoundField]:
        """What it is called, when it is."""
        return self.section("name_en", "name_zh", "starts_on", "ends_on", "goal_metric", "goal_target")

    @property
    def people(self) -> list[forms.BoundField]:
        """How the audience is kept."""
        return self.section("audience_mode", "holdout_percent")

    @property
    def money(self) -> list[forms.BoundField]:
        """What it may cost."""
        return self.section("points_max", "money_max", "grants_max", "store_points")

    def wanted(self, before: campaigns.Terms) -> campaigns.Terms:
        """The terms as the form says them."""
        given = self.cleaned_data
        exact = given["money_max"]
        name = {"en": given["name_en"].strip(), "zh": given["name_zh"].strip()}
        goal = None
        if given["goal_metric"] and given["goal_target"]:
            goal = campaigns.Goal(metric=given["goal_metric"], target=given["goal_target"])
        currency = self.desk.program.currency
        changed: dict[str, Any] = {
            "name": {code: text for code, text in name.items() if text},
            "ends_on": given["ends_on"],
            "budget": campaigns.Budget(
                points_max=given["points_max"],
                money_minor_max=money.to_minor(str(exact), currency) if exact else None,
                grants_max=given["grants_max"],
            ),
            "store_budgets": given["stores"],
            "goal": goal,
        }
        if "audience" in self.fields:
            condition = given["audience"]
            changed |= {
                "starts_on": given["starts_on"],
                "audience": condition.tree if condition else None,
                "audience_text": condition.text if condition else "",
                "audience_mode": given["audience_mode"],
                "holdout_percent": given["holdout_percent"],
            }
        return replace(before, **changed)


def _initial(desk: Desk, terms: campaigns.Terms) -> dict[str, Any]:
    minor = terms.budget.money_minor_max
    stores = [_written(store, one, desk.program.currency) for store, one in terms.store_budgets.items()]
    return {
        "name_en": terms.name.get("en", ""),
        "name_zh": terms.name.get("zh", ""),
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "audience_mode": terms.audience_mode,
        "holdout_percent": terms.holdout_percent,
        "points_max": terms.budget.points_max,
        "money_max": money.to_decimal(minor, desk.program.currency) if minor is not None else None,
        "grants_max": terms.budget.grants_max,
        "store_points": "\n".join(stores),
        "goal_metric": terms.goal.metric if terms.goal else "",
        "goal_target": terms.goal.target if terms.goal else None,
    }


def _stores(text: str, currency: str) -> dict[str, campaigns.Budget]:
    """The budget of each store, one a line: points, money, orders and events; a dash leaves one out.

    Raises:
        ValueError: a line is not a store, an equals sign and up to three numbers above zero.
    """
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        store, sign, said = line.rpartition("=")
        points, amount, grants = ([part.strip() for part in said.split("/")] + ["", ""])[:3]
        budget = campaigns.Budget(
            points_max=_most(points, int),
            money_minor_max=_most(amount, lambda one: money.to_minor(one, currency)),
            grants_max=_most(grants, int),
        )
        if not sign or not store.strip() or said.count("/") > 2 or not budget.is_limited:
            raise ValueError(line)
        found[store.strip()] = budget
    return found


def _most(said: str, read: Callable[[str], int]) -> int | None:
    if said in ("", "-", "–"):
        return None
    if (found := read(said)) < 1:
        raise ValueError(said)
    return found


def _written(store: str, budget: campaigns.Budget, currency: str) -> str:
    """The same as a line."""
    amount = budget.money_minor_max
    parts = [
        str(budget.points_max or "-"),
        str(money.to_decimal(amount, currency)) if amount else "-",
        str(budget.grants_max or "-"),
    ]
    while parts[-1] == "-":
        parts.pop()
    return f"{store} = {' / '.join(parts)}"


class LineForm(forms.Form):
    """A stop-loss line."""

    metric = forms.ChoiceField(label=gettext_lazy("What is watched"))
    threshold = forms.DecimalField(
        label=gettext_lazy("Threshold"),
        min_value=0,
        max_value=10**7,
        help_text=gettext_lazy("In percent; the cost of an additional order as an amount of money."),
    )
    action = forms.ChoiceField(label=gettext_lazy("When it is crossed"))
    age_min_days = forms.IntegerField(
        label=gettext_lazy("Not before so many days"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("On the first days nothing is redeemed yet."),
    )
    sample_min = forms.IntegerField(label=gettext_lazy("Not below a sample of"), min_value=1, max_value=10**9)
    window_days = forms.IntegerField(
        label=gettext_lazy("Of the last so many days"),
        min_value=1,
        max_value=366,
        required=False,
        help_text=gettext_lazy("Empty: the whole campaign."),
    )
    margin_percent = forms.IntegerField(
        label=gettext_lazy("Margin in percent"),
        min_value=0,
        max_value=90,
        help_text=gettext_lazy("By so much the figure must be better before the line can fire again."),
    )
    is_sure = forms.BooleanField(
        label=gettext_lazy("Only when chance does not explain it"),
        required=False,
        help_text=gettext_lazy("The 95% interval must lie beyond the threshold."),
    )
    is_on = forms.BooleanField(label=gettext_lazy("Watched"), required=False)

    def __init__(self, desk: Desk, line: campaigns.StopLine | None, data: Mapping[str, Any] | None = None) -> None:
        self.currency = desk.program.currency
        terms = line.terms if line else campaigns.LineTerms(metric="redemption_rate", threshold=30)
        initial = {name: getattr(terms, name) for name in terms.__struct_fields__}
        if terms.metric == "cost_per_incremental_order":
            initial["threshold"] = money.to_decimal(terms.threshold, self.currency)
        super().__init__(data, initial={**initial, "is_on": line.is_on if line else True})
        self.fields["metric"].choices = list(words.metric_names().items())  # type: ignore[attr-defined]
        self.fields["action"].choices = list(words.action_names().items())  # type: ignore[attr-defined]

    def terms(self) -> campaigns.LineTerms:
        """The line as the form says it."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "is_on"}
        is_money = given["metric"] == "cost_per_incremental_order"
        exact = given["threshold"]
        given["threshold"] = money.to_minor(str(exact), self.currency) if is_money else int(exact)
        return campaigns.LineTerms(**given)


class StepForm(forms.Form):
    """Why a campaign takes its next step."""

    note = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)


class PolicyForm(forms.Form):
    """What the program wants of all campaigns."""

    holdout_percent = forms.IntegerField(
        label=gettext_lazy("Left out of every campaign, in percent"),
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("What all campaigns together change can only be measured against them."),
    )
    needs_second_person = forms.BooleanField(
        label=gettext_lazy("Somebody else than who submitted it launches a campaign"), required=False
    )
