"""What several forms have in common: names in both languages, a day, the campaign something belongs to."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from regulars.doors.console.once import OnceForm

_LINES = {"rows": 2}


def day_input() -> forms.DateInput:
    """A day, as browsers pick one."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def campaign_field() -> forms.TypedChoiceField:
    """Which campaign something belongs to; the form fills in the choices."""
    hint = gettext_lazy("Given while it runs, out of its budget.")
    return forms.TypedChoiceField(
        label=gettext_lazy("Campaign"), coerce=int, empty_value=None, required=False, help_text=hint
    )


def texts(given: Mapping[str, Any], name: str) -> dict[str, str]:
    """What was written into the fields `name`_en and `name`_zh, by language; without the empty ones."""
    found = {code: given.get(f"{name}_{code}", "").strip() for code in ("en", "zh")}
    return {code: text for code, text in found.items() if text}


def _description(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=400, required=False, widget=forms.Textarea(attrs=_LINES))


class NamedForm(OnceForm):
    """A thing members see: its name and its description in both languages."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80, required=False)
    description_en = _description(gettext_lazy("Description in English"))
    description_zh = _description(gettext_lazy("Description in Chinese"))
