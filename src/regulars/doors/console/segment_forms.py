"""The form that makes or changes a segment: a name and a condition."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec.structs import replace

from regulars.audience import conditions, segments
from regulars.doors.console.condition_part import ConditionField
from regulars.doors.console.desk import Desk
from regulars.doors.console.once import OnceForm
from regulars.flows import wording


class SegmentForm(OnceForm):
    """Whom a name means."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("What it is for; only staff read it."),
    )
    is_told = forms.BooleanField(
        label=gettext_lazy("Tell other systems who comes and goes"),
        required=False,
        help_text=gettext_lazy("Each member who enters or leaves becomes a change they can read."),
    )

    def __init__(
        self,
        desk: Desk,
        data: Mapping[str, Any] | None = None,
        *,
        before: segments.Segment | None = None,
        template: segments.Template | None = None,
    ) -> None:
        super().__init__(data, initial=_values(desk, before, template))
        self.fields["condition"] = ConditionField(
            desk, conditions.Scope.SEGMENT, label=_("Whom it means"), required=True
        )

    def general(self) -> list[forms.BoundField]:
        """The fields before the condition."""
        return [bound for bound in self.visible_fields() if bound.name != "condition"]

    def clean(self) -> dict[str, Any]:
        """One name at least."""
        given: dict[str, Any] = super().clean() or {}
        if not (given.get("name_en", "").strip() or given.get("name_zh", "").strip()):
            self.add_error("name_en", _("Give it a name in one language at least."))
        return given

    def wanted(self, desk: Desk, before: segments.Segment | None) -> segments.Segment:
        """The segment as the form says it; a new one is named by the form's token."""
        given = self.cleaned_data
        found = {
            "name": {code: given[f"name_{code}"].strip() for code in ("en", "zh") if given[f"name_{code}"].strip()},
            "note": given["note"].strip(),
            "is_told": given["is_told"],
            "condition": given["condition"].text,
        }
        if before is not None:
            return replace(before, **found)
        return segments.Segment(
            program_id=desk.program_id,
            segment_id=0,
            code=f"segment-{given['token'][-12:]}",
            created_at=desk.at,
            **found,
        )


def _values(desk: Desk, before: segments.Segment | None, template: segments.Template | None) -> dict[str, Any]:
    source = before or template
    if source is None:
        return {}
    try:
        condition = wording.parsed(desk.plan, source.condition, conditions.Scope.SEGMENT)
    except conditions.RuleInvalid:  # it names what is gone: whoever edits it says it anew
        condition = None
    return {
        "name_en": source.name.get("en", ""),
        "name_zh": source.name.get("zh", ""),
        "note": before.note if before else "",
        "is_told": before.is_told if before else False,
        "condition": condition,
    }
