"""The form of a reward: what it is, what it costs, for whom, how many; every choice explained in a sentence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.audience import conditions
from regulars.doors.console import campaign_words
from regulars.doors.console.condition_draft import Draft
from regulars.doors.console.condition_part import ConditionField
from regulars.doors.console.desk import Desk
from regulars.doors.console.once import OnceForm
from regulars.doors.console.shared_fields import campaign_field, texts
from regulars.kit import ids, money
from regulars.program import coupons, experiences, rewards

_LINES = {"rows": 2}
_ROWS = 3
"""Further prices and steps a form shows at least."""
_INSTANT = "%Y-%m-%dT%H:%M"


def _moment(label: Any, hint: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_INSTANT)
    return forms.DateTimeField(label=label, required=False, widget=widget, input_formats=[_INSTANT], help_text=hint)


class RewardForm(OnceForm):
    """What points buy."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80, required=False)
    description_en = forms.CharField(
        label=gettext_lazy("Description in English"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=_LINES),
    )
    description_zh = forms.CharField(
        label=gettext_lazy("Description in Chinese"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs=_LINES),
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        help_text=gettext_lazy("Codes and money work at once; products and services wait to be handed out."),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    is_live = forms.BooleanField(label=gettext_lazy("Offered to members"), required=False, initial=True)
    price_points = forms.IntegerField(label=gettext_lazy("Price in points"), min_value=1, max_value=10**9)
    price_money = forms.DecimalField(
        label=gettext_lazy("Beside the points, in money"), min_value=0, max_value=10**7, required=False
    )
    cost = forms.DecimalField(label=gettext_lazy("What one costs the shop"), min_value=0, max_value=10**7, initial=0)
    steps_by = forms.ChoiceField(label=gettext_lazy("The price moves"), required=False)
    steps_days = forms.IntegerField(
        label=gettext_lazy("Counted over days"), min_value=1, max_value=3650, required=False,
        help_text=gettext_lazy("Empty counts for ever."),
    )  # fmt: skip
    rank_min = forms.TypedChoiceField(label=gettext_lazy("For members from tier"), coerce=int)
    stores = forms.CharField(
        label=gettext_lazy("Only in these stores"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One in a line, as tills name them. Empty is every store."),
    )
    units_left = forms.IntegerField(
        label=gettext_lazy("Units in stock"),
        min_value=0,
        max_value=10**7,
        required=False,
        help_text=gettext_lazy("Empty is unlimited. What is redeemed while you type stays redeemed."),
    )
    member_limit = forms.IntegerField(
        label=gettext_lazy("At most per member"),
        min_value=1,
        max_value=10**6,
        required=False,
        help_text=gettext_lazy("Empty is without a limit."),
    )
    limit_days = forms.IntegerField(
        label=gettext_lazy("Counted over days"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=gettext_lazy("Empty counts for ever."),
    )
    starts_at = _moment(gettext_lazy("Offered from"))
    ends_at = _moment(
        gettext_lazy("Offered until"), gettext_lazy("On the shop's clock. A sweepstake is drawn after it.")
    )
    wallet = forms.ChoiceField(
        label=gettext_lazy("Wallet that is paid into"),
        required=False,
        help_text=gettext_lazy("Gift cards and cashback only."),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount that is paid in"), min_value=0, max_value=10**5, required=False,
        help_text=gettext_lazy("Gift cards and cashback only."),
    )  # fmt: skip
    pool = forms.ChoiceField(
        label=gettext_lazy("Pool of coupons"), required=False, help_text=gettext_lazy("Coupons only.")
    )
    experience = forms.ChoiceField(
        label=gettext_lazy("Experience"), required=False, help_text=gettext_lazy("Event tickets only.")
    )
    winners = forms.IntegerField(
        label=gettext_lazy("Winners"), min_value=1, max_value=1000, required=False,
        help_text=gettext_lazy("Sweepstakes only; each unit is one entry."),
    )  # fmt: skip
    campaign = campaign_field()
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen_units = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, desk: Desk, data: Mapping[str, Any] | None = None, reward: rewards.Reward | None = None) -> None:
        self.desk, self.reward = desk, reward
        super().__init__(data, initial=self._values(reward) if reward else {})
        self.fields["audience"] = ConditionField(
            desk,
            conditions.Scope.SEGMENT,
            label=_("Condition"),
            help_text=_("Whom it does not mean is told for whom the reward is. Nothing asked is everybody."),
        )
        tiers = [(t.rank, desk.say(t.name)) for t in desk.plan.ladder.tiers]
        shelves = [(one.code, desk.say(one.name)) for one in rewards.categories(desk.conn, desk.program_id)]
        self._choose("type", [(key, desk.say(kind.NAME)) for key, kind in rewards.TYPES.items()])
        self._choose("category", [("", "–"), *shelves])
        self._choose("rank_min", tiers)
        wallets = [(w.code, desk.say(w.unit)) for w in desk.plan.wallets.values() if w.is_money]
        pools = [one for one in coupons.pools(desk.conn, desk.program_id) if one.terms.codes == "personal"]
        self._choose("pool", [("", "–"), *((one.code, desk.say(one.terms.name)) for one in pools)])
        held = experiences.experiences(desk.conn, desk.program_id)
        self._choose("experience", [("", "–"), *((one.code, desk.say(one.name)) for one in held)])
        self._choose("campaign", campaign_words.choices(desk))
        self._choose("wallet", [("", "–"), *wallets])
        self._choose(
            "steps_by", [("", _("Not at all")), ("had", _("with what a member had")), ("left", _("with what is left"))]
        )
        self.rows = max(
            _ROWS, len(reward.prices) if reward else 0, len(reward.steps.steps) if reward and reward.steps else 0
        )
        for row in range(self.rows):
            self._add_row(row, tiers)

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _add_row(self, row: int, tiers: list[tuple[int, str]]) -> None:
        points = forms.IntegerField(label=_("Points"), min_value=1, max_value=10**9, required=False)
        amount = forms.DecimalField(label=_("and money"), min_value=0, max_value=10**7, required=False)
        rank = forms.TypedChoiceField(label=_("from tier"), coerce=int, choices=tiers, required=False, empty_value="0")
        units = forms.IntegerField(label=_("From units"), min_value=1, max_value=10**7, required=False)
        percent = forms.IntegerField(label=_("% of the points"), min_value=1, max_value=1000, required=False)
        made = {
            "way_points": points,
            "way_money": amount,
            "way_rank": rank,
            "step_units": units,
            "step_percent": percent,
        }
        self.fields |= {f"{name}_{row}": field for name, field in made.items()}

    def _values(self, reward: rewards.Reward) -> dict[str, Any]:
        zone, currency = ZoneInfo(self.desk.program.time_zone), self.desk.program.currency
        params = reward.params
        found: dict[str, Any] = {
            **{f"name_{code}": reward.name.get(code, "") for code in ("en", "zh")},
            **{f"description_{code}": reward.description.get(code, "") for code in ("en", "zh")},
            **{name: getattr(reward, name) for name in ("type", "category", "price_points", "units_left", "rank_min")},
            **{name: getattr(reward, name) for name in ("member_limit", "limit_days", "is_live")},
            "price_money": money.to_decimal(reward.price_minor, currency) if reward.price_minor else None,
            "cost": money.to_decimal(reward.cost_minor, currency),
            "steps_by": reward.steps.by if reward.steps else "",
            "steps_days": reward.steps.days if reward.steps else None,
            "audience": self._audience(reward),
            "stores": "\n".join(reward.stores),
            "starts_at": reward.starts_at.astimezone(zone).replace(tzinfo=None) if reward.starts_at else None,
            "ends_at": reward.ends_at.astimezone(zone).replace(tzinfo=None) if reward.ends_at else None,
            "wallet": params.get("wallet", ""),
            "amount": money.to_decimal(params["amount_minor"], currency) if "amount_minor" in params else None,
            "pool": params.get("pool", ""),
            "experience": params.get("experience", ""),
            "winners": params.get("winners"),
            "campaign": reward.campaign_id,
            "seen_version": reward.version,
            "seen_units": reward.units_left,
        }
        for row, way in enumerate(reward.prices):
            amount = money.to_decimal(way.money_minor, currency) if way.money_minor else None
            found |= {f"way_points_{row}": way.points, f"way_money_{row}": amount, f"way_rank_{row}": way.rank_min}
        for row, step in enumerate(reward.steps.steps if reward.steps else ()):
            found |= {f"step_units_{row}": step.units, f"step_percent_{row}": step.percent}
        return found

    def _audience(self, reward: rewards.Reward) -> conditions.Condition | Draft | None:
        """The condition, or its text where what it names is gone."""
        try:
            return flows.reward_condition(self.desk.plan, reward)
        except conditions.RuleInvalid:
            return Draft(mode="text", text=flows.audience_text(reward))

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """A title, what it is about, and the fields under it."""
        rows = range(self.rows)
        ways = [f"{name}_{row}" for row in rows for name in ("way_points", "way_money", "way_rank")]
        parts = [f"{name}_{row}" for row in rows for name in ("step_units", "step_percent")]
        shown: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            (
                _("What it is"),
                "",
                ("name_en", "name_zh", "type", "description_en", "description_zh", "category", "is_live"),
            ),
            (
                _("What it gives"),
                _("Only for gift cards, cashback, coupons, tickets and sweepstakes."),
                ("wallet", "amount", "pool", "experience", "winners"),
            ),
            (_("What it costs"), "", ("price_points", "price_money", "cost")),
            (
                _("Further prices"),
                _(
                    "Fewer points and more money, or fewer points for higher tiers. Members choose among those open to "
                    "them."
                ),
                tuple(ways),
            ),
            (
                _("A price that moves"),
                _("Each unit is priced by itself: three at once cost what one after the other costs."),
                ("steps_by", "steps_days", *parts),
            ),
            (_("For whom"), "", ("rank_min", "stores", "campaign")),
            (_("When and how many"), "", ("starts_at", "ends_at", "units_left", "member_limit", "limit_days")),
        )
        return [(title, note, [self[name] for name in names]) for title, note, names in shown]

    @property
    def pairs(self) -> str:
        """The group whose fields belong together two by two."""
        return _("A price that moves")

    def wanted(self) -> rewards.Reward:
        """The reward as the form says it; a new one is named by the form's token."""
        given, desk, before = self.cleaned_data, self.desk, self.reward
        told = {
            "name": texts(given, "name"),
            "description": texts(given, "description"),
            "category": given["category"],
            "type": given["type"],
            "price_points": given["price_points"],
            "price_minor": self._minor(given["price_money"]),
            "prices": tuple(self._prices()),
            "steps": self._steps(),
            "cost_minor": self._minor(given["cost"]),
            "units_left": given["units_left"],
            "rank_min": given["rank_min"],
            "audience": dict(given["audience"].tree) if given["audience"] else None,
            "stores": tuple(line.strip() for line in given["stores"].splitlines() if line.strip()),
            "member_limit": given["member_limit"],
            "limit_days": given["limit_days"] if given["member_limit"] else None,
            "starts_at": self._instant(given["starts_at"]),
            "ends_at": self._instant(given["ends_at"]),
            "params": self._params(),
            "is_live": given["is_live"],
            "campaign_id": given["campaign"],
        }
        if before is not None:
            return replace(before, **told)
        token = given["token"]
        reward_id = ids.key_of(desk.program_id, "reward", token)
        return rewards.Reward(program_id=desk.program_id, reward_id=reward_id, code=f"reward-{token}", **told)

    def seen(self) -> rewards.Reward | None:
        """The reward as whoever fills the form in saw it; None for a new one, and where the form did not say."""
        version = self.cleaned_data["seen_version"]
        if self.reward is None or version is None:
            return None
        return replace(self.reward, version=version, units_left=self.cleaned_data["seen_units"])

    def _minor(self, amount: Decimal | None) -> int:
        return money.to_minor(str(amount), self.desk.program.currency) if amount else 0

    def _instant(self, at: datetime | None) -> datetime | None:
        return at.replace(tzinfo=ZoneInfo(self.desk.program.time_zone)) if at else None

    def _prices(self) -> list[rewards.Price]:
        given = self.cleaned_data
        return [
            rewards.Price(
                points=given[f"way_points_{row}"],
                money_minor=self._minor(given[f"way_money_{row}"]),
                rank_min=int(given[f"way_rank_{row}"] or 0),
            )
            for row in range(self.rows)
            if given[f"way_points_{row}"]
        ]

    def _steps(self) -> rewards.Steps | None:
        given = self.cleaned_data
        if not given["steps_by"]:
            return None
        found = [
            rewards.Step(units=given[f"step_units_{row}"], percent=given[f"step_percent_{row}"])
            for row in range(self.rows)
            if given[f"step_units_{row}"] and given[f"step_percent_{row}"]
        ]
        days = given["steps_days"] if given["steps_by"] == "had" else None
        return rewards.Steps(by=given["steps_by"], steps=tuple(found), days=days)

    def _params(self) -> dict[str, Any]:
        """What the type asks for; what it does not is left out, whatever the form says."""
        given = self.cleaned_data
        asked = {
            "wallet": given["wallet"] or None,
            "amount_minor": self._minor(given["amount"]) or None,
            "pool": given["pool"] or None,
            "experience": given["experience"] or None,
            "winners": given["winners"],
        }
        wanted = rewards.TYPES[given["type"]].PARAMS
        return {name: asked[name] for name in wanted if asked[name] is not None}


class PictureForm(forms.Form):
    """A picture, and what it shows."""

    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 1 MB; square looks best."),
    )
    alt_en = forms.CharField(label=gettext_lazy("What it shows, in English"), max_length=200, required=False)
    alt_zh = forms.CharField(label=gettext_lazy("What it shows, in Chinese"), max_length=200, required=False)

    def alt(self) -> dict[str, str]:
        """The texts that were given."""
        return texts(self.cleaned_data, "alt")


class CodesForm(forms.Form):
    """A partner's codes, one in a line."""

    codes = forms.CharField(
        label=gettext_lazy("Codes, one in a line"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("They are handed out in this order. Codes the list has already are left out."),
    )

    def listed(self) -> list[str]:
        """The codes that were given."""
        return [line.strip() for line in self.cleaned_data["codes"].splitlines() if line.strip()]


class DrawForm(forms.Form):
    """What is mixed into a draw."""

    outside = forms.CharField(
        label=gettext_lazy("Words nobody could know before"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as today's lottery numbers. They are published with the winners."),
    )


class CategoryForm(forms.Form):
    """A shelf of the catalogue."""

    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_-]{0,39}$",
        label=gettext_lazy("Code of the category"),
        help_text=gettext_lazy("Small letters, digits, - and _. It never changes."),
    )
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80, required=False)
    place = forms.IntegerField(
        label=gettext_lazy("Place"), min_value=-1000, max_value=1000, initial=0,
        help_text=gettext_lazy("Small numbers come first."),
    )  # fmt: skip

    def wanted(self, desk: Desk) -> rewards.Category:
        """The category as the form says it."""
        given = self.cleaned_data
        return rewards.Category(
            program_id=desk.program_id, code=given["code"], name=texts(given, "name"), place=given["place"]
        )
