"""Tiers: the ladder, who stands where, and what other thresholds would mean before they are saved."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import format as write
from regulars.doors.console import people, refusals
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, Row, Table
from regulars.kit import money
from regulars.kit.errors import Refusal
from regulars.program import tiers
from regulars.records import members

_TIERS_MAX = 10


def metric_names() -> dict[str, str]:
    """What may count."""
    return {
        "spend": _("Money spent on what earns"),
        "points": _("Points earned"),
        "orders": _("Number of orders"),
    }


def color_names() -> dict[str, str]:
    """The colors of badges."""
    return {
        "gray": _("Gray"), "azure": _("Blue"), "yellow": _("Gold"), "green": _("Green"), "red": _("Red"),
        "teal": _("Teal"),
    }  # fmt: skip


class LadderForm(forms.Form):
    """What counts, over how long, and every tier with one set of fields; `new` stands for one that is added."""

    metric = forms.ChoiceField(label=gettext_lazy("What counts"), choices=lambda: metric_names().items())
    window_months = forms.IntegerField(label=gettext_lazy("Counted over (months)"), min_value=1, max_value=60)
    keep_months = forms.IntegerField(label=gettext_lazy("A tier is kept for (months)"), min_value=1, max_value=60)

    def __init__(self, desk: Desk, data: Mapping[str, Any] | None = None, *, adds: bool = False) -> None:
        self.ladder, self.currency, self.say = desk.plan.ladder, desk.program.currency, desk.say
        start: dict[str, Any] = {
            "metric": self.ladder.metric.value,
            "window_months": self.ladder.window_months,
            "keep_months": self.ladder.keep_months,
        }
        super().__init__(data)
        self.keys = [str(tier.tier_id) for tier in self.ladder.tiers]
        for key, tier in zip(self.keys, self.ladder.tiers, strict=True):
            start |= self._values(key, tier)
        if adds and len(self.keys) < _TIERS_MAX:
            self.keys.append("new")
            start |= {"factor_new": 1, "color_new": "teal"}
        for key in self.keys:
            self._add_fields(key)
        self.initial = start

    def _values(self, key: str, tier: tiers.Tier) -> dict[str, Any]:
        is_money = self.ladder.metric is tiers.Metric.SPEND
        benefits = [benefit.get("text", {}) for benefit in tier.benefits]
        return {
            f"name_en_{key}": tier.name.get("en", ""),
            f"name_zh_{key}": tier.name.get("zh", ""),
            f"threshold_{key}": money.to_decimal(tier.threshold, self.currency) if is_money else tier.threshold,
            f"factor_{key}": f"{tier.points_factor:g}",
            f"color_{key}": tier.color,
            f"benefits_en_{key}": "\n".join(text.get("en", "") for text in benefits),
            f"benefits_zh_{key}": "\n".join(text.get("zh", "") for text in benefits),
        }

    def _add_fields(self, key: str) -> None:
        lines = forms.Textarea(attrs={"rows": 3})
        self.fields |= {
            f"name_en_{key}": forms.CharField(label=_("Name in English"), max_length=40, required=False),
            f"name_zh_{key}": forms.CharField(label=_("Name in Chinese"), max_length=40, required=False),
            f"threshold_{key}": forms.DecimalField(label=_("Threshold"), min_value=0, max_value=10**9),
            f"factor_{key}": forms.DecimalField(label=_("Times as many points"), min_value=1, max_value=100),
            f"color_{key}": forms.ChoiceField(label=_("Color"), choices=list(color_names().items())),
            f"benefits_en_{key}": forms.CharField(
                label=_("Benefits in English, one a line"), widget=lines, required=False, max_length=1000
            ),
            f"benefits_zh_{key}": forms.CharField(
                label=_("Benefits in Chinese, one a line"), widget=lines, required=False, max_length=1000
            ),
        }

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """A title and the fields of each tier."""
        names = ("name_en", "name_zh", "threshold", "factor", "color", "benefits_en", "benefits_zh")
        return [(self._title(key), [self[f"{name}_{key}"] for name in names]) for key in self.keys]

    def _title(self, key: str) -> str:
        if key == "new":
            return _("New tier")
        return self.say(self.ladder.tier(int(key)).name)

    def wanted(self) -> tiers.Ladder:
        """The ladder as the form says it, lowest threshold first."""
        given = self.cleaned_data
        metric = tiers.Metric(given["metric"])
        found = []
        for key in self.keys:
            before = self.ladder.tier(int(key)) if key != "new" else None
            number: Decimal = given[f"threshold_{key}"]
            threshold = money.to_minor(str(number), self.currency) if metric is tiers.Metric.SPEND else int(number)
            name = {code: given[f"name_{code}_{key}"].strip() for code in ("en", "zh")}
            found.append(
                tiers.Tier(
                    tier_id=before.tier_id if before else max(t.tier_id for t in self.ladder.tiers) + 1,
                    rank=before.rank if before else max(t.rank for t in self.ladder.tiers) + 1,
                    name={code: text for code, text in name.items() if text} or {"en": "–"},
                    threshold=threshold,
                    color=given[f"color_{key}"],
                    points_factor=float(given[f"factor_{key}"]),
                    benefits=_benefits(given[f"benefits_en_{key}"], given[f"benefits_zh_{key}"]),
                )
            )
        return replace(
            self.ladder,
            metric=metric,
            window_months=given["window_months"],
            keep_months=given["keep_months"],
            tiers=tuple(sorted(found, key=lambda tier: tier.rank)),
        )


def _benefits(english: str, chinese: str) -> tuple[Mapping[str, Any], ...]:
    pairs = [english.strip().splitlines(), chinese.strip().splitlines()]
    count = max(map(len, pairs))
    texts = [
        {code: lines[i].strip() for code, lines in zip(("en", "zh"), pairs, strict=True) if i < len(lines)}
        for i in range(count)
    ]
    kept = [{code: line for code, line in text.items() if line} for text in texts]
    return tuple({"type": "text", "text": text} for text in kept if text)


def standing_now(desk: Desk) -> dict[int, int]:
    """How many members have each tier; the lowest has everybody else."""
    held = tiers.headcount(desk.conn, desk.program_id)
    lowest = desk.plan.ladder.tiers[0].tier_id
    above = sum(count for tier_id, count in held.items() if tier_id != lowest)
    return {
        tier.tier_id: held.get(tier.tier_id, 0) if tier.tier_id != lowest
        else members.count(desk.conn, desk.program_id) - above
        for tier in desk.plan.ladder.tiers
    }  # fmt: skip


def would_stand(desk: Desk, ladder: tiers.Ladder) -> dict[int, int]:
    """How many members reach exactly each tier of this ladder by what counts today."""
    reach = tiers.reaching(desk.conn, ladder, today=desk.today)
    everybody = members.count(desk.conn, desk.program_id)
    counts = [everybody, *(reach[tier.tier_id] for tier in ladder.tiers[1:]), 0]
    return {tier.tier_id: counts[i] - counts[i + 1] for i, tier in enumerate(ladder.tiers)}


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The ladder with who stands where."""
    ladder = desk.plan.ladder
    now, reach = standing_now(desk), would_stand(desk, ladder)
    rows = [
        Row(
            cells=[
                people.tier_badge(desk, tier),
                people.counted(desk, tier.threshold) if tier.threshold else _("everybody"),
                f"{tier.points_factor:g}×",
                _(", ").join(desk.say(b["text"]) for b in tier.benefits if "text" in b) or "–",
                write.number(now[tier.tier_id]),
                write.number(reach[tier.tier_id]),
            ]
        )
        for tier in ladder.tiers
    ]
    return render(
        request,
        "console/tiers.html",
        {
            "ladder": Table(
                caption=_("Tiers"),
                columns=[
                    Column(label=_("Tier")),
                    Column(label=_("Threshold")),
                    Column(label=_("Points"), end=True),
                    Column(label=_("Benefits")),
                    Column(label=_("Members"), end=True),
                    Column(label=_("Reach it today"), end=True),
                ],
                rows=rows,
            ),
            "facts": [
                _("Counted: %(what)s, over the last %(months)s months.")
                % {"what": metric_names()[ladder.metric], "months": ladder.window_months},
                _("Up at once; down only at the review, at the end of the month %(months)s months later.")
                % {"months": ladder.keep_months},
                _("Members keep a tier until its review, so more may have it than reach it today."),
            ],
        },
    )


@on_desk
def edit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The whole ladder in one form; `?add=1` has room for one more tier."""
    adds = "add" in request.GET
    form = LadderForm(desk, request.POST if request.method == "POST" else None, adds=adds)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                tiers.save(desk.conn, form.wanted())
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("tiers-saved")
            messages.success(request, _("Saved. Members move up with their next purchase, down at their review."))
            return redirect("tiers")
    page = render(request, "console/tiers_edit.html", {"form": form, "adds": adds})
    return wrong(page) if form.errors else page


@on_desk
def effect(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A fragment: how many members each tier of the form would have, beside how many reach it now."""
    form = LadderForm(desk, request.GET, adds="threshold_new" in request.GET)
    if not form.is_valid():
        text = _("Fill in every threshold to see what it means.")
        return render(request, "console/effect.html", {"text": text}, status=422)
    wanted = form.wanted()
    now, then = would_stand(desk, desk.plan.ladder), would_stand(desk, wanted)
    said = [
        _("%(tier)s %(then)s (%(change)s)")
        % {
            "tier": desk.say(tier.name),
            "then": write.number(then[tier.tier_id]),
            "change": write.signed(then[tier.tier_id] - now.get(tier.tier_id, 0)),
        }
        for tier in wanted.tiers
    ]
    text = _("Members who would reach each tier today: %(counts)s") % {"counts": " · ".join(said)}
    return render(request, "console/effect.html", {"text": text})
