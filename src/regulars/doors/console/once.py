"""A form is carried out once: a double click, F5 or the back button repeats its token, which names what was done."""

from datetime import UTC, datetime
from uuid import UUID

from django import forms
from django.core.cache import cache

from regulars.kit import ids

_DAY_SECONDS = 24 * 3600


def token() -> str:
    """What names one showing of a form, and when it was shown (UUID version 7)."""
    return ids.uuid7().hex


def opened_at(name: str) -> datetime:
    """When the form of this token was shown: the same at every repeat of it, to the millisecond."""
    return datetime.fromtimestamp((UUID(name).int >> 80) / 1000, UTC)


def is_first(name: str) -> bool:
    """Whether this token comes for the first time within a day; of two at once, one is first."""
    return bool(cache.add(f"form:{name}", 1, _DAY_SECONDS))


class OnceForm(forms.Form):
    """A form that carries a token; the flows take it as the name of what they do."""

    token = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput, initial=token)
