"""The forms of experiences: one of them, a ticket at the door, somebody who signs up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec.structs import replace

from regulars.audience import conditions
from regulars.doors.console.condition_part import ConditionField
from regulars.doors.console.desk import Desk
from regulars.doors.console.shared_fields import NamedForm, texts
from regulars.flows import wording
from regulars.kit import ids
from regulars.kit.clock import zone
from regulars.program import experiences

_LINES = {"rows": 2}
_MINUTES = "%Y-%m-%dT%H:%M"


def moment_field(label: Any) -> forms.DateTimeField:
    """A moment on the shop's clock, as browsers pick one."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTES)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[_MINUTES])


class ExperienceForm(NamedForm):
    """What members are invited to."""

    starts_at = moment_field(gettext_lazy("Begins"))
    ends_at = moment_field(gettext_lazy("Ends at"))
    place = forms.CharField(label=gettext_lazy("Venue"), max_length=200, required=False)
    capacity = forms.IntegerField(
        label=gettext_lazy("Seats"),
        min_value=1,
        max_value=10**6,
        help_text=gettext_lazy("More seats let members who wait move up."),
    )
    rank_min = forms.TypedChoiceField(label=gettext_lazy("For members from tier"), coerce=int)
    no_show_days = forms.IntegerField(
        label=gettext_lazy("A no-show waits (days)"),
        min_value=0,
        max_value=3650,
        initial=0,
        help_text=gettext_lazy("So long they cannot sign up for anything else."),
    )

    def __init__(
        self, desk: Desk, data: Mapping[str, Any] | None = None, before: experiences.Experience | None = None
    ) -> None:
        self.zone = zone(desk.program.time_zone)
        super().__init__(data, initial=self._values(desk, before) if before else {})
        self.fields["rank_min"].choices = [(t.rank, desk.say(t.name)) for t in desk.plan.ladder.tiers]  # type: ignore[attr-defined]
        self.fields["condition"] = ConditionField(
            desk,
            conditions.Scope.SEGMENT,
            label=_("Whom it is for"),
            help_text=_("Whom it does not mean cannot sign up. Nothing asked is everybody."),
        )

    def general(self) -> list[forms.BoundField]:
        """The fields before the condition."""
        return [bound for bound in self.visible_fields() if bound.name != "condition"]

    def _values(self, desk: Desk, one: experiences.Experience) -> dict[str, Any]:
        scope = conditions.Scope.SEGMENT
        return {
            "name_en": one.name.get("en", ""),
            "name_zh": one.name.get("zh", ""),
            "description_en": one.description.get("en", ""),
            "description_zh": one.description.get("zh", ""),
            "starts_at": one.starts_at.astimezone(self.zone).replace(tzinfo=None),
            "ends_at": one.ends_at.astimezone(self.zone).replace(tzinfo=None),
            "place": one.place,
            "capacity": one.capacity,
            "rank_min": one.rank_min,
            "no_show_days": one.no_show_days,
            "condition": wording.parsed(desk.plan, one.condition, scope) if one.condition else None,
        }

    def wanted(self, desk: Desk, before: experiences.Experience | None) -> experiences.Experience:
        """The experience as the form says it; a new one is named by the form's token."""
        given = self.cleaned_data
        found = {
            "name": texts(given, "name"),
            "description": texts(given, "description"),
            "starts_at": self._at(given["starts_at"]),
            "ends_at": self._at(given["ends_at"]),
            "place": given["place"].strip(),
            "capacity": given["capacity"],
            "rank_min": given["rank_min"],
            "no_show_days": given["no_show_days"],
            "condition": given["condition"].text if given["condition"] else "",
        }
        if before is not None:
            return replace(before, **found)
        token = given["token"]
        experience_id = ids.key_of(desk.program_id, "experience", token)
        code = f"experience-{token[:12]}"
        return experiences.Experience(program_id=desk.program_id, experience_id=experience_id, code=code, **found)

    def _at(self, told: datetime) -> datetime:
        """The moment the clock of the shop shows."""
        return told.replace(tzinfo=self.zone)


class EnterForm(forms.Form):
    """A ticket at the door; scanners type it."""

    ticket = forms.CharField(
        label=gettext_lazy("Ticket"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Scan the code on the member's screen into this field."),
    )


class SignUpForm(forms.Form):
    """Somebody who signs up at the desk."""

    named = forms.CharField(label=gettext_lazy("Member id, phone, e-mail or card"), max_length=200)
