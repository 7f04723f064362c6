"""The form that asks for a trial run."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.analytics import metrics, twin
from regulars.doors.console.desk import Desk
from regulars.doors.console.once import OnceForm
from regulars.kit import ids, money
from regulars.program import earning, tiers

_DAY = {"type": "date"}


class TrialForm(OnceForm):
    """The days, what is assumed, and how the draft differs from the program as it is."""

    from_on = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    to_on = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    use_percent = forms.IntegerField(
        label=gettext_lazy("Points that will be used (%)"),
        min_value=0,
        max_value=100,
        initial=80,
        help_text=gettext_lazy("An assumption: what the points cost depends on it."),
    )
    margin_percent = forms.IntegerField(
        label=gettext_lazy("Margin (%)"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=gettext_lazy("What is left of revenue before the program: tells what growth pays for it."),
    )
    with_rules = forms.MultipleChoiceField(
        label=gettext_lazy("Rules added"), required=False, widget=forms.CheckboxSelectMultiple
    )
    without_rules = forms.MultipleChoiceField(
        label=gettext_lazy("Rules left out"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, desk: Desk, data: Mapping[str, Any] | None = None) -> None:
        from_on, to_on = flows.usual_days(desk.plan, metrics.last_day(desk.conn, desk.program_id), desk.at)
        super().__init__(data, initial={"from_on": from_on, "to_on": to_on})
        rules = [r for r in desk.plan.rules if r.campaign_id is None and not earning.EFFECTS[r.effect].OF_EVENTS]
        named = {
            "with_rules": [r for r in rules if r.state in (earning.State.DRAFT, earning.State.PAUSED)],
            "without_rules": [r for r in rules if r.is_live],
        }
        for name, of in named.items():
            if of:
                choices = [(str(rule.rule_id), desk.say(rule.label)) for rule in of]
                self.fields[name].choices = choices  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        self._ladder = desk.plan.ladder
        self._currency = desk.program.currency
        if self._ladder.metric is not tiers.Metric.SEGMENT:
            for tier in self._ladder.tiers[1:]:
                self.fields[f"threshold_{tier.tier_id}"] = self._threshold(desk, tier)

    def _threshold(self, desk: Desk, tier: tiers.Tier) -> forms.Field:
        is_money = self._ladder.metric is tiers.Metric.SPEND
        now = desk.amount(tier.threshold) if is_money else f"{tier.threshold:,}"
        return forms.DecimalField(
            label=_("Threshold of %(tier)s") % {"tier": desk.say(tier.name)},
            required=False,
            min_value=1,
            max_value=10**10,
            help_text=_("Empty: as it is, %(threshold)s.") % {"threshold": now},
        )

    def days(self) -> list[forms.BoundField]:
        """When, and what is assumed."""
        return [self[name] for name in ("from_on", "to_on", "use_percent", "margin_percent")]

    def draft(self) -> list[forms.BoundField]:
        """How the draft differs."""
        return [bound for bound in self.visible_fields() if bound.name not in {b.name for b in self.days()}]

    def trial_id(self, desk: Desk) -> UUID:
        """A trial is named by the form's token: sent twice it runs once."""
        return ids.key_of(desk.program_id, "trial", self.cleaned_data["token"])

    def asked(self) -> twin.Asked:
        """The program as it is, and the draft beside it where something differs."""
        given = self.cleaned_data
        draft = twin.Draft(
            with_rules=tuple(map(int, given.get("with_rules", ()))),
            without_rules=tuple(map(int, given.get("without_rules", ()))),
            thresholds=self._thresholds(),
        )
        from_on: date = given["from_on"]
        return twin.Asked(
            from_on=from_on,
            to_on=given["to_on"],
            drafts=(twin.Draft(),) if draft.is_as_live else (twin.Draft(), draft),
            use_percent=given["use_percent"],
            margin_percent=given["margin_percent"],
        )

    def _thresholds(self) -> dict[int, int]:
        is_money = self._ladder.metric is tiers.Metric.SPEND
        found = {}
        for tier in self._ladder.tiers[1:]:
            number = self.cleaned_data.get(f"threshold_{tier.tier_id}")
            if number is not None:
                found[tier.tier_id] = money.to_minor(str(number), self._currency) if is_money else int(number)
        return found
