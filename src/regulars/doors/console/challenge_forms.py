"""The form that makes or changes a challenge. Once it was live, only its names and its end can change."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec.structs import replace

from regulars.doors.console import campaign_words, challenge_words
from regulars.doors.console.desk import Desk
from regulars.doors.console.shared_fields import NamedForm, campaign_field, day_input, texts
from regulars.flows import play_challenges
from regulars.kit import ids, money
from regulars.kit.clock import ONE_DAY, first_instant
from regulars.program import challenges

_ROWS = 3
_LINES = {"rows": 2}
_FIXED = ("measure", "counts", "condition", "season", "starts_on", "campaign")


class ChallengeForm(NamedForm):
    """A goal with its milestones."""

    counts = forms.ChoiceField(label=gettext_lazy("Activity that counts"))
    measure = forms.ChoiceField(
        label=gettext_lazy("What is measured"), choices=lambda: challenge_words.measure_names().items()
    )
    condition = forms.CharField(
        label=gettext_lazy("Only where"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={**_LINES, "spellcheck": "false"}),
        help_text=gettext_lazy('A condition such as activity.store == "A" && member.tier == "gold". Empty: all.'),
    )
    season = forms.ChoiceField(label=gettext_lazy("Season"), choices=lambda: challenge_words.season_names().items())
    starts_on = forms.DateField(label=gettext_lazy("From"), required=False, widget=day_input())
    ends_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=day_input())
    campaign = campaign_field()

    def __init__(
        self,
        desk: Desk,
        data: Mapping[str, Any] | None = None,
        before: challenges.Challenge | None = None,
        *,
        season: str = "",
    ) -> None:
        self.rows = range(max(_ROWS, len(before.milestones) if before else 0))
        begun = {"season": season, "measure": "spend"} if season in challenge_words.season_names() else {}
        super().__init__(data, initial=_values(desk, before) if before else begun)
        self.fields["counts"].choices = list(challenge_words.counted(desk).items())  # type: ignore[attr-defined]
        self.fields["campaign"].choices = campaign_words.choices(desk)  # type: ignore[attr-defined]
        for row in self.rows:
            self.fields |= _milestone_fields(row, is_first=row == 0)
        if before is not None and before.state is not challenges.State.DRAFT:
            for name in (*_FIXED, *(f"{part}_{row}" for row in self.rows for part in _PARTS)):
                self.fields[name].disabled = True

    def general(self) -> list[forms.BoundField]:
        """The fields that are no milestone's."""
        parts = {f"{part}_{row}" for row in self.rows for part in _PARTS}
        return [bound for bound in self.visible_fields() if bound.name not in parts]

    def milestones(self) -> list[tuple[str, list[forms.BoundField]]]:
        """A title and the fields of each milestone."""
        return [
            (_("Milestone %(number)s") % {"number": row + 1}, [self[f"{part}_{row}"] for part in _PARTS])
            for row in self.rows
        ]

    def wanted(self, desk: Desk, before: challenges.Challenge | None) -> challenges.Challenge:
        """The challenge as the form says it; a new one is named by the form's token.

        Raises:
            RuleInvalid: its condition cannot be used.
        """
        given = self.cleaned_data
        measure = challenges.Measure(given["measure"])
        found = {
            "name": texts(given, "name"),
            "description": texts(given, "description"),
            "measure": measure,
            "counts": given["counts"],
            "condition": play_challenges.checked_condition(desk.plan, given["condition"]),
            "season": challenges.Season(given["season"]),
            "milestones": self._milestones(desk, measure),
            "ends_at": _begins(desk, given["ends_on"] + ONE_DAY if given["ends_on"] else None),
        }
        if before is not None and before.state is not challenges.State.DRAFT:
            return replace(before, **{name: found[name] for name in ("name", "description", "ends_at")})
        found |= {"starts_at": _begins(desk, given["starts_on"]), "campaign_id": given["campaign"]}
        if before is not None:
            return replace(before, **found)
        token = given["token"]
        challenge_id = ids.key_of(desk.program_id, "challenge", token)
        code = f"challenge-{token[:12]}"
        return challenges.Challenge(program_id=desk.program_id, challenge_id=challenge_id, code=code, **found)

    def _milestones(self, desk: Desk, measure: challenges.Measure) -> tuple[challenges.Milestone, ...]:
        given = self.cleaned_data
        found = []
        for row in self.rows:
            number: Decimal | None = given[f"target_{row}"]
            if number is not None:
                is_money = measure is challenges.Measure.SPEND
                target = money.to_minor(str(number), desk.program.currency) if is_money else int(number)
                badge = {code: given[f"badge_{code}_{row}"].strip() for code in ("en", "zh")}
                named = {code: text for code, text in badge.items() if text}
                found.append(challenges.Milestone(target=target, points=given[f"points_{row}"] or 0, badge=named))
        return tuple(sorted(found, key=lambda one: one.target))


_PARTS = ("target", "points", "badge_en", "badge_zh")


def _milestone_fields(row: int, *, is_first: bool) -> dict[str, forms.Field]:
    return {
        f"target_{row}": forms.DecimalField(label=_("Reached at"), min_value=1, max_value=10**9, required=is_first),
        f"points_{row}": forms.IntegerField(label=_("Points"), min_value=0, max_value=10**9, required=False),
        f"badge_en_{row}": forms.CharField(label=_("Badge in English"), max_length=40, required=False),
        f"badge_zh_{row}": forms.CharField(label=_("Badge in Chinese"), max_length=40, required=False),
    }


def _values(desk: Desk, one: challenges.Challenge) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name_en": one.name.get("en", ""),
        "name_zh": one.name.get("zh", ""),
        "description_en": one.description.get("en", ""),
        "description_zh": one.description.get("zh", ""),
        "counts": one.counts,
        "measure": str(one.measure),
        "condition": one.condition,
        "season": str(one.season),
        "starts_on": desk.program.local_date(one.starts_at) if one.starts_at else None,
        "ends_on": desk.program.local_date(one.ends_at) - ONE_DAY if one.ends_at else None,
        "campaign": one.campaign_id,
    }
    is_money = one.measure is challenges.Measure.SPEND
    for row, milestone in enumerate(one.milestones):
        target = money.to_decimal(milestone.target, desk.program.currency) if is_money else milestone.target
        found |= {
            f"target_{row}": target,
            f"points_{row}": milestone.points,
            f"badge_en_{row}": milestone.badge.get("en", ""),
            f"badge_zh_{row}": milestone.badge.get("zh", ""),
        }
    return found


def _begins(desk: Desk, on: date | None) -> datetime | None:
    return first_instant(on, desk.program.time_zone) if on else None
