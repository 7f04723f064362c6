"""The form of a set of tiers: what counts, when one falls, and every tier with what it gives."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import tier_words
from regulars.doors.console.desk import Desk
from regulars.kit import money
from regulars.kit.errors import Refusal
from regulars.program import tiers

_FLAGS = ("birthday_gift", "priority_access", "priority_service", "shipping_upgrade", "adviser")
_TERMS = ("window", "starts_month", "landing", "grace_days", "notice_days", "change_notice_days")


def blank(desk: Desk) -> tiers.Ladder:
    """A set that is not there yet: two tiers by number of orders in a calendar year."""
    ranks = (({"en": "Guest", "zh": "访客"}, 0, "gray"), ({"en": "Regular", "zh": "常客"}, 10, "teal"))
    found = tuple(
        tiers.Tier(tier_id=n + 1, rank=n, name=name, threshold=threshold, color=color, points_factor=1)
        for n, (name, threshold, color) in enumerate(ranks)
    )
    return tiers.Ladder(
        program_id=desk.program_id, ladder_id=0, code="", metric=tiers.Metric.ORDERS, window=tiers.Window.CALENDAR,
        window_months=12, keep_months=12, notice_days=30, tiers=found,
    )  # fmt: skip


def _days(label: str, hint: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=366, required=False, help_text=hint)


class LadderForm(forms.Form):
    """What counts, over how long, and every tier with one set of fields; `new` stands for one that is added."""

    metric = forms.ChoiceField(label=gettext_lazy("What counts"), choices=lambda: tier_words.metric_names().items())
    window_months = forms.IntegerField(label=gettext_lazy("Counted over (months)"), min_value=1, max_value=60)
    keep_months = forms.IntegerField(label=gettext_lazy("A tier is kept for (months)"), min_value=0, max_value=60)

    def __init__(
        self, desk: Desk, ladder: tiers.Ladder, data: Mapping[str, Any] | None = None, *, adds: bool = False
    ) -> None:
        self.ladder, self.currency, self.say = ladder, desk.program.currency, desk.say
        start: dict[str, Any] = {
            "name_en": ladder.name.get("en", ""),
            "name_zh": ladder.name.get("zh", ""),
            "metric": ladder.metric.value,
            "window_months": ladder.window_months,
            "keep_months": ladder.keep_months,
            **{name: getattr(ladder, name) for name in _TERMS},
        }
        super().__init__(data)
        self._add_terms()
        self.keys = [str(tier.tier_id) for tier in ladder.tiers]
        for key, tier in zip(self.keys, ladder.tiers, strict=True):
            start |= self._values(key, tier)
        if adds and len(self.keys) < tiers.TIERS_MAX:
            self.keys.append("new")
            start |= {"factor_new": 1, "color_new": "teal"}
        for key in self.keys:
            self._add_fields(key)
        self.initial = start

    def _add_terms(self) -> None:
        months = [(n, str(n)) for n in range(1, 13)]
        if not self.ladder.ladder_id:
            self.fields["code"] = forms.RegexField(
                r"^[a-z0-9][a-z0-9_-]{0,39}$",
                label=_("Code of the set"),
                help_text=_("Small letters and digits; for machines."),
            )
        self.fields |= {
            "name_en": forms.CharField(label=_("Name in English"), max_length=40, required=False),
            "name_zh": forms.CharField(label=_("Name in Chinese"), max_length=40, required=False),
            "window": forms.ChoiceField(
                label=_("Over which days"), choices=list(tier_words.window_names().items()), required=False
            ),
            "starts_month": forms.TypedChoiceField(
                label=_("Periods begin with month"), choices=months, coerce=int, empty_value=None, required=False
            ),
            "landing": forms.ChoiceField(
                label=_("Where one falls"), choices=list(tier_words.landing_names().items()), required=False
            ),
            "notice_days": _days(_("Notice (days)"), _("Told so long before a tier is lost.")),
            "grace_days": _days(_("Grace (days)"), _("Left after the review to keep the tier.")),
            "change_notice_days": _days(
                _("Changes announced (days)"), _("Before a change that takes something begins.")
            ),
            "effective_on": forms.DateField(
                label=_("Begins on"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
                help_text=_("Empty: at once. Until then the present terms decide."),
            ),
            "note": forms.CharField(
                label=_("Why"), max_length=200, required=False, help_text=_("Kept in the history; staff reads it.")
            ),
        }  # fmt: skip

    def _values(self, key: str, tier: tiers.Tier) -> dict[str, Any]:
        is_money = self.ladder.metric is tiers.Metric.SPEND
        given = {str(one["type"]): one for one in tier.benefits}
        texts = [one.get("text", {}) for one in tier.benefits if one["type"] == "text"]
        price = given.get("member_price")
        return {
            f"name_en_{key}": tier.name.get("en", ""),
            f"name_zh_{key}": tier.name.get("zh", ""),
            f"threshold_{key}": money.to_decimal(tier.threshold, self.currency) if is_money else tier.threshold,
            f"factor_{key}": f"{tier.points_factor:g}",
            f"color_{key}": tier.color,
            f"price_{key}": tiers.folds(Decimal(str(price["factor"]))) if price else "",
            f"returns_{key}": given["return_window"]["days"] if "return_window" in given else None,
            f"condition_{key}": tier.condition,
            **{f"{flag}_{key}": flag in given for flag in _FLAGS},
            f"benefits_en_{key}": "\n".join(text.get("en", "") for text in texts),
            f"benefits_zh_{key}": "\n".join(text.get("zh", "") for text in texts),
        }

    def _add_fields(self, key: str) -> None:
        lines = forms.Textarea(attrs={"rows": 3})
        self.fields |= {
            f"name_en_{key}": forms.CharField(label=_("Name in English"), max_length=40, required=False),
            f"name_zh_{key}": forms.CharField(label=_("Name in Chinese"), max_length=40, required=False),
            f"threshold_{key}": forms.DecimalField(label=_("Threshold"), min_value=0, max_value=10**9),
            f"factor_{key}": forms.DecimalField(label=_("Times as many points"), min_value=1, max_value=100),
            f"color_{key}": forms.ChoiceField(label=_("Color"), choices=list(tier_words.color_names().items())),
            f"price_{key}": forms.CharField(
                label=_("Member price"), max_length=20, required=False, help_text=_("8.5折, 85折, 15% off or 0.85")
            ),
            f"returns_{key}": forms.IntegerField(
                label=_("Returns within (days)"), min_value=1, max_value=366, required=False
            ),
            **{
                f"{flag}_{key}": forms.BooleanField(label=self.say(tiers.KINDS[flag].NAME), required=False)
                for flag in _FLAGS
            },
            f"benefits_en_{key}": forms.CharField(
                label=_("Benefits in English, one a line"), widget=lines, required=False, max_length=1000
            ),
            f"benefits_zh_{key}": forms.CharField(
                label=_("Benefits in Chinese, one a line"), widget=lines, required=False, max_length=1000
            ),
            f"condition_{key}": forms.CharField(
                label=_("Who qualifies"), widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=4096,
                help_text=_("A condition, such as member.spend_12m >= 500; only where a condition counts."),
            ),
        }  # fmt: skip

    def terms(self) -> list[forms.BoundField]:
        """What counts and how long a tier is kept."""
        first = () if self.ladder.ladder_id else ("code",)
        names = (*first, "name_en", "name_zh", "metric", "window", "window_months", "starts_month", "keep_months")
        return [self[name] for name in names]

    def falls(self) -> list[forms.BoundField]:
        """When and where one falls, and from when on this holds."""
        names = ("landing", "notice_days", "grace_days", "change_notice_days", "effective_on", "note")
        return [self[name] for name in names if self.ladder.ladder_id or name not in ("effective_on", "note")]

    def groups(self) -> list[tuple[str, list[forms.BoundField], list[forms.BoundField], list[forms.BoundField]]]:
        """Of each tier: a title, what it is, what it gives by a tick, and the rest."""
        first = ("name_en", "name_zh", "threshold", "factor", "color", "price", "returns")
        last = ("benefits_en", "benefits_zh", "condition")
        return [
            (
                self._title(key),
                [self[f"{name}_{key}"] for name in first if name != "factor" or self._multiplies(key)],
                [self[f"{flag}_{key}"] for flag in _FLAGS],
                [self[f"{name}_{key}"] for name in last if name != "condition" or self._asks(key)],
            )
            for key in self.keys
        ]

    def _multiplies(self, _key: str) -> bool:
        return self.ladder.is_main

    def _asks(self, key: str) -> bool:
        return not self.ladder.is_main and key != str(self.ladder.tiers[0].tier_id)

    def _title(self, key: str) -> str:
        if key == "new":
            return _("New tier")
        return self.say(self.ladder.tier(int(key)).name)

    def clean(self) -> dict[str, Any]:
        """Read what is written of member prices; a field that was not sent keeps what it was."""
        given: dict[str, Any] = super().clean() or {}
        for key in self.keys:
            written = given.get(f"price_{key}", "")
            if written:
                try:
                    given[f"price_{key}"] = tiers.read_price(written)
                except Refusal:
                    self.add_error(f"price_{key}", _("Write what members pay as 8.5折, 85折, 15% off or 0.85."))
        for name in _TERMS:
            if given.get(name) in (None, ""):
                given[name] = getattr(self.ladder, name)
        return given

    def wanted(self) -> tiers.Ladder:
        """The set as the form says it, lowest threshold first."""
        given = self.cleaned_data
        metric = tiers.Metric(given["metric"])
        name = {code: given[f"name_{code}"].strip() for code in ("en", "zh")}
        found = tuple(self._tier(key, metric) for key in self.keys)
        return replace(
            self.ladder,
            code=self.ladder.code or given["code"],
            name={code: text for code, text in name.items() if text} or self.ladder.name,
            metric=metric,
            window_months=given["window_months"],
            keep_months=given["keep_months"],
            window=tiers.Window(given["window"]),
            landing=tiers.Landing(given["landing"]),
            **{term: given[term] for term in _TERMS if term not in ("window", "landing")},
            tiers=tuple(sorted(found, key=lambda tier: tier.rank)),
        )

    def _tier(self, key: str, metric: tiers.Metric) -> tiers.Tier:
        given = self.cleaned_data
        before = self.ladder.tier(int(key)) if key != "new" else None
        number: Decimal = given[f"threshold_{key}"]
        rank = before.rank if before else max(t.rank for t in self.ladder.tiers) + 1
        threshold = money.to_minor(str(number), self.currency) if metric is tiers.Metric.SPEND else int(number)
        is_segment = metric is tiers.Metric.SEGMENT
        name = {code: given[f"name_{code}_{key}"].strip() for code in ("en", "zh")}
        return tiers.Tier(
            tier_id=before.tier_id if before else max(t.tier_id for t in self.ladder.tiers) + 1,
            rank=rank,
            name={code: text for code, text in name.items() if text} or {"en": "–"},
            threshold=rank if is_segment else threshold,
            color=given[f"color_{key}"],
            points_factor=float(given.get(f"factor_{key}") or 1),
            benefits=tuple(self._benefits(key, before)),
            condition=given[f"condition_{key}"].strip() if is_segment else "",
        )

    def _benefits(self, key: str, before: tiers.Tier | None) -> list[Mapping[str, Any]]:
        """What a tier gives; what was said about a kind in own words stays."""
        given = self.cleaned_data
        known = {one["type"]: one for one in before.benefits} if before else {}
        found: list[Mapping[str, Any]] = []
        if given[f"price_{key}"]:
            found.append({"type": "member_price", "factor": float(given[f"price_{key}"])})
        if given[f"returns_{key}"]:
            found.append({"type": "return_window", "days": given[f"returns_{key}"]})
        found += [known.get(flag, {"type": flag}) for flag in _FLAGS if given[f"{flag}_{key}"]]
        return [*found, *_texts(given[f"benefits_en_{key}"], given[f"benefits_zh_{key}"])]


def _texts(english: str, chinese: str) -> list[Mapping[str, Any]]:
    pairs = [english.strip().splitlines(), chinese.strip().splitlines()]
    count = max(map(len, pairs))
    texts = [
        {code: lines[i].strip() for code, lines in zip(("en", "zh"), pairs, strict=True) if i < len(lines)}
        for i in range(count)
    ]
    kept = [{code: line for code, line in text.items() if line} for text in texts]
    return [{"type": "text", "text": text} for text in kept if text]
