"""The form of a wallet: every choice explained in a sentence."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import wallet_words
from regulars.doors.console.desk import Desk
from regulars.kit import money
from regulars.records import ledger

MICROS = 1_000_000
_AMOUNTS = ("carry_max", "debt_max", "transfer_max", "day_max")


class WalletForm(forms.Form):
    """All settings of a wallet; code and kind only of a new one."""

    unit_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=40, required=False)
    unit_zh = forms.CharField(
        label=gettext_lazy("Name in Chinese"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("What is counted: points, stars, cashback. Members read it beside every number."),
    )
    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_-]{0,39}$",
        label=gettext_lazy("Code of the wallet"),
        help_text=gettext_lazy("How shops and tills name it: small letters, digits, - and _. It never changes."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it counts"),
        choices=lambda: wallet_words.kind_sentences().items(),
        help_text=gettext_lazy("It never changes: what was counted cannot become something else."),
    )
    usable = forms.ChoiceField(label=gettext_lazy("Can be used"))
    pending_days = forms.IntegerField(label=gettext_lazy("Days to wait"), min_value=0, max_value=365, required=False)
    ends = forms.ChoiceField(label=gettext_lazy("It ends"), choices=lambda: wallet_words.end_sentences().items())
    count = forms.IntegerField(
        label=gettext_lazy("How many later"),
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy("Days, months or years, as chosen beside it."),
    )
    month_day = forms.RegexField(
        r"^\d\d-\d\d$",
        label=gettext_lazy("Day of the year"),
        required=False,
        help_text=gettext_lazy("Month and day, such as 03-31; only for points that end on such a day."),
    )
    carry_percent = forms.IntegerField(
        label=gettext_lazy("Carried over (%)"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy(
            "On the day they end, this part goes on for another year; only where they end by the calendar."
        ),
    )
    carry_max = forms.DecimalField(
        label=gettext_lazy("At most"), min_value=0, max_value=10**9, required=False,
        help_text=gettext_lazy("Empty: no limit to what is carried over."),
    )  # fmt: skip
    notice_days = forms.IntegerField(
        label=gettext_lazy("Announced (days before)"),
        min_value=1,
        max_value=366,
        help_text=gettext_lazy("Members are told so early. What was never announced does not end."),
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"),
        min_value=0,
        max_value=366,
        help_text=gettext_lazy("For points that come back after their end, and for an end nobody had announced."),
    )
    debt_policy = forms.ChoiceField(
        label=gettext_lazy("A return takes back points that were spent"),
        choices=lambda: wallet_words.debt_sentences().items(),
    )
    debt_max = forms.DecimalField(
        label=gettext_lazy("Owed at most"), min_value=0, max_value=10**9, required=False,
        help_text=gettext_lazy("What is beyond is written off. Empty: no limit."),
    )  # fmt: skip
    point_value = forms.DecimalField(
        label=gettext_lazy("What a point costs the shop"), min_value=0, max_value=1000, decimal_places=6,
        help_text=gettext_lazy("In units of the currency. Money is worth itself, whatever stands here."),
    )  # fmt: skip
    can_give = forms.BooleanField(label=gettext_lazy("Members can give them to each other"), required=False)
    transfer_max = forms.DecimalField(
        label=gettext_lazy("At once at most"), min_value=1, max_value=10**9, required=False
    )
    day_max = forms.DecimalField(label=gettext_lazy("In a day at most"), min_value=1, max_value=10**9, required=False)
    member_days_min = forms.IntegerField(
        label=gettext_lazy("Only members since (days)"), min_value=0, max_value=3650, required=False
    )

    def __init__(self, desk: Desk, wallet: ledger.Wallet | None, data: Mapping[str, Any] | None = None) -> None:
        self.desk, self.wallet = desk, wallet
        shown = wallet or ledger.Wallet(
            program_id=desk.program_id, wallet_id=0, code="", unit={}, expiry=ledger.Expiry()
        )
        super().__init__(data, initial=self._values(shown))
        self.fields["usable"].choices = list(wallet_words.use_sentences(desk).items())  # type: ignore[attr-defined]
        if wallet is not None:
            del self.fields["code"], self.fields["kind"]
            if wallet.is_money:
                del self.fields["point_value"]

    def _values(self, wallet: ledger.Wallet) -> dict[str, Any]:
        expiry, giving = wallet.expiry, wallet.giving or ledger.Giving()
        use = "event" if wallet.waits_for_event else "program" if wallet.pending_days is None else "days"
        return {
            "unit_en": wallet.unit.get("en", ""),
            "unit_zh": wallet.unit.get("zh", ""),
            "kind": wallet.kind.value,
            "usable": use,
            "pending_days": wallet.pending_days,
            "ends": expiry.kind,
            "count": expiry.count,
            "month_day": expiry.month_day,
            "carry_percent": expiry.carry_percent,
            "carry_max": self._shown(wallet, expiry.carry_max),
            "notice_days": expiry.notice_days,
            "grace_days": expiry.grace_days,
            "debt_policy": wallet.debt_policy,
            "debt_max": self._shown(wallet, wallet.debt_max_points),
            "point_value": f"{wallet.point_value_micros / MICROS:f}".rstrip("0").rstrip("."),
            "can_give": wallet.giving is not None,
            "transfer_max": self._shown(wallet, giving.transfer_max),
            "day_max": self._shown(wallet, giving.day_max),
            "member_days_min": giving.member_days_min,
        }

    def _shown(self, wallet: ledger.Wallet, points: int | None) -> Decimal | int | None:
        if points is None or not wallet.is_money:
            return points
        return money.to_decimal(points, self.desk.program.currency)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """A title and the fields under it."""
        parts = (
            (_("What is counted"), ("unit_en", "unit_zh", "code", "kind", "point_value")),
            (_("When it can be used"), ("usable", "pending_days")),
            (
                _("When it ends"),
                ("ends", "count", "month_day", "carry_percent", "carry_max", "notice_days", "grace_days"),
            ),
            (_("When an order comes back"), ("debt_policy", "debt_max")),
            (_("Giving"), ("can_give", "transfer_max", "day_max", "member_days_min")),
        )
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in parts]

    def clean(self) -> dict[str, Any]:
        """The figures fit each other; numbers of points are whole, amounts of money have their decimals."""
        given: dict[str, Any] = super().clean() or {}
        for field in ("unit_en", "unit_zh"):
            given[field] = given.get(field, "").strip()
        if not given["unit_en"] and not given["unit_zh"]:
            self.add_error("unit_en", _("Give it a name in one language at least."))
        if given.get("usable") == "days" and given.get("pending_days") is None:
            self.add_error("pending_days", _("Say how many days."))
        if given.get("ends") in {"days", "month_end", "inactivity"} and given.get("count") == 0:
            self.add_error("count", _("At least 1."))
        if given.get("carry_percent") and given.get("ends") not in {"year_end", "date"}:
            self.add_error("carry_percent", _("Only points that end by the calendar are carried over."))
        if given.get("can_give"):
            for field in ("transfer_max", "day_max"):
                if given.get(field) is None and field not in self.errors:
                    self.add_error(field, _("Say how many."))
            if (given.get("transfer_max") or 0) > (given.get("day_max") or 10**9):
                self.add_error("day_max", _("At least what may be given at once."))
        self._count(given)
        return given

    def _count(self, given: dict[str, Any]) -> None:
        kind = ledger.WalletKind(given.get("kind") or (self.wallet.kind if self.wallet else "points"))
        for field in _AMOUNTS:
            number = given.get(field)
            if number is None:
                continue
            if kind in ledger.MONEY_KINDS:
                given[field] = money.to_minor(str(number), self.desk.program.currency)
            elif number != number.to_integral_value():
                self.add_error(field, _("Points are whole numbers."))
            else:
                given[field] = int(number)

    def wanted(self) -> ledger.Wallet:
        """The wallet as the form says it."""
        given, before = self.cleaned_data, self.wallet
        giving = ledger.Giving(
            transfer_max=given["transfer_max"] or 1,
            day_max=given["day_max"] or 1,
            member_days_min=given["member_days_min"] or 0,
        )
        unit = {"en": given["unit_en"], "zh": given["unit_zh"]}
        return ledger.Wallet(
            program_id=self.desk.program_id,
            wallet_id=before.wallet_id if before else 0,
            code=before.code if before else given["code"],
            kind=before.kind if before else ledger.WalletKind(given["kind"]),
            unit={code: text for code, text in unit.items() if text},
            expiry=ledger.Expiry(
                kind=given["ends"],
                count=given["count"],
                grace_days=given["grace_days"],
                month_day=given["month_day"] or "12-31",
                carry_percent=given["carry_percent"],
                carry_max=given["carry_max"] or None,
                notice_days=given["notice_days"],
            ),
            pending_days=given["pending_days"] if given["usable"] == "days" else None,
            waits_for_event=given["usable"] == "event",
            debt_policy=given["debt_policy"],
            debt_max_points=given["debt_max"],
            giving=giving if given["can_give"] else None,
            point_value_micros=int(given["point_value"] * MICROS) if "point_value" in given
            else before.point_value_micros if before else MICROS,
        )  # fmt: skip
