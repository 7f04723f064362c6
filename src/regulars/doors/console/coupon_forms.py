"""The forms of coupons: a pool with all its terms, and what is done with its codes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import campaign_words, coupon_words
from regulars.doors.console.desk import Desk
from regulars.doors.console.once import OnceForm
from regulars.doors.console.shared_fields import campaign_field
from regulars.kit import money
from regulars.program import coupons

_LISTS = ("skus", "categories", "without_skus", "without_categories", "stores", "channels")
_FLAGS = ("with_member_price", "from_stock", "is_transferable", "gives_back")
_NUMBERS = ("valid_days", "uses_max", "member_max", "total_max")


def _listed(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, required=False, help_text=hint)


def _day(label: Any, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False, help_text=hint)


def _limit(label: Any, hint: Any = "", top: int = 10**9) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=top, required=False, help_text=hint)


class PoolForm(forms.Form):
    """A pool of coupons with all its terms; code and kind of codes only of a new one."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80, required=False)
    code = forms.RegexField(
        r"^[a-z0-9_-]{1,40}$",
        label=gettext_lazy("Code of the pool"),
        help_text=gettext_lazy("How shops name it: small letters, digits, - and _. It never changes."),
    )
    codes = forms.ChoiceField(label=gettext_lazy("Codes"), choices=lambda: coupon_words.kinds().items())
    public_code = forms.CharField(
        label=gettext_lazy("Public code"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Such as SUMMER10; only for a public pool."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it gives"), choices=lambda: coupon_words.benefits().items())
    value = forms.DecimalField(
        label=gettext_lazy("How much"),
        min_value=0,
        max_value=10**9,
        required=False,
        help_text=gettext_lazy(
            "An amount, or a percentage off. A member price is what is paid: 8.5 (8.5折), 85 and 0.85 all mean 85%."
        ),
    )
    discount_max = forms.DecimalField(label=gettext_lazy("At most"), min_value=0, max_value=10**9, required=False)
    gift_en = forms.CharField(label=gettext_lazy("Gift in English"), max_length=80, required=False)
    gift_zh = forms.CharField(label=gettext_lazy("Gift in Chinese"), max_length=80, required=False)
    sku = forms.CharField(label=gettext_lazy("Article of the gift"), max_length=200, required=False)
    minimum = forms.DecimalField(
        label=gettext_lazy("From a basket of"),
        min_value=0,
        max_value=10**9,
        required=False,
        help_text=gettext_lazy("Of the products it is for, at listed prices."),
    )
    skus = _listed(gettext_lazy("Articles"), gettext_lazy("Separated by commas. Empty: all."))
    categories = _listed(gettext_lazy("Categories"))
    without_skus = _listed(gettext_lazy("Not these articles"))
    without_categories = _listed(gettext_lazy("Not these categories"))
    stores = _listed(gettext_lazy("Stores"), gettext_lazy("Empty: all."))
    channels = _listed(gettext_lazy("Channels"), gettext_lazy("Empty: all."))
    rank_min = forms.TypedChoiceField(label=gettext_lazy("For members from tier"), coerce=int)
    starts_on = _day(gettext_lazy("First day"))
    ends_on = _day(gettext_lazy("Last day"), gettext_lazy("Works until midnight where the shop is."))
    campaign = campaign_field()
    valid_days = _limit(gettext_lazy("Days from issue"), gettext_lazy("The day of issue counts."), 3650)
    uses_max = _limit(gettext_lazy("Uses of one code"), gettext_lazy("Empty is without a limit."))
    member_max = _limit(gettext_lazy("Uses by one member"), gettext_lazy("Empty is without a limit."))
    total_max = _limit(gettext_lazy("Uses in all"), gettext_lazy("Empty is without a limit."))
    stacking = forms.ChoiceField(label=gettext_lazy("Goes together"), choices=lambda: coupon_words.stackings().items())
    stack_class = forms.CharField(label=gettext_lazy("Class"), max_length=40, required=False)
    with_member_price = forms.BooleanField(label=gettext_lazy("Also on top of the member price"), required=False)
    from_stock = forms.BooleanField(label=gettext_lazy("Issue imported codes only"), required=False)
    is_transferable = forms.BooleanField(label=gettext_lazy("Members may pass it on"), required=False)
    gives_back = forms.BooleanField(label=gettext_lazy("A whole return gives it back"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, desk: Desk, pool: coupons.Pool | None, data: Mapping[str, Any] | None = None) -> None:
        self.desk, self.pool = desk, pool
        super().__init__(data, initial=self._values(pool))
        self.fields["campaign"].choices = campaign_words.choices(desk)  # type: ignore[attr-defined]
        ranks = [(tier.rank, desk.say(tier.name)) for tier in desk.plan.ladder.tiers]
        self.fields["rank_min"].choices = ranks  # type: ignore[attr-defined]
        if pool is not None:
            del self.fields["code"], self.fields["codes"]
            if pool.terms.codes != "public":
                del self.fields["public_code"]

    def _values(self, pool: coupons.Pool | None) -> dict[str, Any]:
        terms = pool.terms if pool else coupons.Terms(name={}, benefit=coupons.Benefit(kind="amount"))
        benefit, currency = terms.benefit, self.desk.program.currency
        value: Decimal | int | None = None
        if benefit.kind == "percent":
            value = benefit.percent
        elif benefit.kind == "member_price":
            value = (Decimal(benefit.pay_bp) / 100).normalize()
        elif benefit.amount_minor:
            value = money.to_decimal(benefit.amount_minor, currency)
        cap = benefit.discount_max_minor
        return {
            "name_en": terms.name.get("en", ""),
            "name_zh": terms.name.get("zh", ""),
            "kind": benefit.kind,
            "value": value,
            "discount_max": money.to_decimal(cap, currency) if cap is not None else None,
            "gift_en": benefit.gift.get("en", ""),
            "gift_zh": benefit.gift.get("zh", ""),
            "sku": benefit.sku,
            "minimum": money.to_decimal(terms.minimum_minor, currency) if terms.minimum_minor else None,
            "version": pool.version if pool else 0,
            "campaign": pool.campaign_id if pool else None,
            **{name: ", ".join(getattr(terms, name)) for name in _LISTS},
            **{name: getattr(terms, name) for name in (*_FLAGS, *_NUMBERS)},
            **{name: getattr(terms, name) for name in ("rank_min", "starts_on", "ends_on", "stacking", "stack_class")},
        }

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """A title and the fields under it."""
        parts = (
            (_("The pool"), ("name_en", "name_zh", "code", "codes", "public_code")),
            (_("What it gives"), ("kind", "value", "discount_max", "minimum", "gift_en", "gift_zh", "sku")),
            (_("When it works"), ("starts_on", "ends_on", "valid_days", "campaign")),
            (
                _("Where it applies"),
                ("skus", "categories", "without_skus", "without_categories", "stores", "channels", "rank_min"),
            ),
            (_("How often"), ("uses_max", "member_max", "total_max")),
            (_("Beside others"), ("stacking", "stack_class", "with_member_price")),
            (_("What may happen to it"), ("gives_back", "is_transferable", "from_stock")),
        )
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in parts]

    def clean(self) -> dict[str, Any]:
        """The figures fit the benefit."""
        given: dict[str, Any] = super().clean() or {}
        if not (given.get("name_en") or "").strip() and not (given.get("name_zh") or "").strip():
            self.add_error("name_en", _("Give it a name in one language at least."))
        if given.get("kind") in {"amount", "percent", "member_price"} and not given.get("value"):
            self.add_error("value", _("Say how much."))
        elif given.get("kind") == "member_price" and not 0 < self._pay_bp(given["value"]) < coupons.WHOLE_BP:
            self.add_error("value", _("Say what is paid: 8.5, 85 or 0.85 for 85%."))
        elif given.get("kind") == "percent" and given["value"] != int(given["value"]):
            self.add_error("value", _("Whole percentages only."))
        if given.get("stacking") == "class" and not given.get("stack_class"):
            self.add_error("stack_class", _("Name the class."))
        is_public = (given.get("codes") or (self.pool.terms.codes if self.pool else "")) == "public"
        if is_public and self.pool is None and not given.get("public_code"):
            self.add_error("public_code", _("A public pool needs its code."))
        return given

    @staticmethod
    def _pay_bp(value: Decimal) -> int:
        """What is paid, however it was typed: 0.85, 8.5 and 85 are the same part of a price; 1 and 10 are none."""
        scale = 10_000 if value < 1 else 1000 if value < 10 else 100
        return 0 if value in (1, 10) else int(value * scale)

    def terms(self) -> coupons.Terms:
        """The terms as the form says them."""
        given, before = self.cleaned_data, self.pool.terms if self.pool else None
        lists: dict[str, Any] = {
            name: tuple(one.strip() for one in given[name].split(",") if one.strip()) for name in _LISTS
        }
        return coupons.Terms(
            name=_texts(given["name_en"], given["name_zh"]),
            description=before.description if before else {},
            benefit=self._benefit(given),
            codes=before.codes if before else given["codes"],
            minimum_minor=self._minor(given["minimum"]) or 0,
            rank_min=given["rank_min"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            stacking=given["stacking"],
            stack_class=given["stack_class"].strip(),
            **lists,
            **{name: given[name] for name in (*_FLAGS, *_NUMBERS)},
        )

    def _benefit(self, given: Mapping[str, Any]) -> coupons.Benefit:
        kind, value = given["kind"], given["value"] or Decimal(0)
        return coupons.Benefit(
            kind=kind,
            amount_minor=self._minor(value) or 0 if kind == "amount" else 0,
            percent=int(value) if kind == "percent" else 0,
            pay_bp=self._pay_bp(value) if kind == "member_price" else 0,
            discount_max_minor=self._minor(given["discount_max"]),
            sku=given["sku"].strip() if kind == "gift" else "",
            gift=_texts(given["gift_en"], given["gift_zh"]) if kind == "gift" else {},
        )

    def _minor(self, value: Decimal | None) -> int | None:
        return None if value is None else money.to_minor(str(value), self.desk.program.currency)


def _texts(english: str, chinese: str) -> dict[str, str]:
    found = {"en": english.strip(), "zh": chinese.strip()}
    return {language: words for language, words in found.items() if words}


class GenerateForm(OnceForm):
    """How many codes to make."""

    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=coupons.CODES_MAX, initial=1000)


class BringInForm(OnceForm):
    """Codes of others: a file, or typed."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        required=False,
        help_text=gettext_lazy("Codes in the first column, UTF-8; at most 2 MB."),
    )
    typed = forms.CharField(
        label=gettext_lazy("Or one code a line"),
        max_length=200_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class IssueForm(OnceForm):
    """Whom to give a coupon."""

    who = forms.CharField(
        label=gettext_lazy("To one member"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Phone, e-mail, card number or the shop's id."),
    )
    condition = forms.CharField(
        label=gettext_lazy("Or to all members for whom this holds"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Such as member.orders_90d >= 2; true is everybody."),
    )


class CheckForm(forms.Form):
    """A code as a till would ask about it."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=200)
    amount = forms.DecimalField(label=gettext_lazy("Basket of"), min_value=0, max_value=10**9, required=False)
    who = forms.CharField(label=gettext_lazy("Member"), max_length=200, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="check_%s")
