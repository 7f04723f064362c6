"""The condition editor as a part of pages: one form field, its widget, and what the templates draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.audience import conditions
from regulars.doors.console import condition_reach, condition_values, condition_words
from regulars.doors.console import format as write
from regulars.doors.console.condition_draft import Bit, Draft, Drafting, Unfinished, fitted, posted
from regulars.doors.console.desk import Desk
from regulars.kit import text


def drafting(desk: Desk, scope: conditions.Scope, event_type: str = "") -> Drafting:
    """What drafts of this scope are read against; of events, those of a type."""
    words = condition_words.vocabulary(desk, event_type if scope is conditions.Scope.EVENT else "")
    return Drafting(scope=scope, vocabulary=words, zone=ZoneInfo(desk.program.time_zone), language=desk.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One question ready for its template."""

    at: str
    key: str
    bit: Bit
    menu: list[condition_words.Group]
    asks: list[tuple[str, str]]
    control: str
    choices: list[tuple[str, str, bool]]
    value: str
    where: list["Drawn"]
    is_over_rows: bool


class Editor:
    """The editor of one condition in a form: `name` is the form's field, `scope` where the condition is asked."""

    def __init__(self, desk: Desk, scope: conditions.Scope, name: str, event_type: str = "") -> None:
        self.desk = desk
        self.name = name
        self.drafting = drafting(desk, scope, event_type)

    def markup(self, draft: Draft, *, is_fragment: bool = False) -> SafeString:
        """The whole editor. A fragment has no `noscript`: it would be read as fields."""
        offer = self.drafting.offer
        draft = fitted(draft, offer)
        rows = [[self._drawn(bit, (r, c), offer) for c, bit in enumerate(row)] for r, row in enumerate(draft.rows)]
        address = f"?name={self.name}&scope={self.drafting.scope}"
        return self.desk.markup(
            "console/parts/condition.html",
            name=self.name,
            draft=draft,
            is_fragment=is_fragment,
            rows=rows,
            currency=self.desk.program.currency,
            draw=reverse("conditions_draw") + address,
            preview=reverse("conditions_preview") + address,
            first=self.first(draft),
        )

    def first(self, draft: Draft) -> SafeString:
        """What the preview says before anything is asked of the server: after a refusal, what must be confirmed."""
        if draft.confirmed is None:
            return SafeString("")
        return self.preview(draft)

    def preview(self, draft: Draft) -> SafeString:
        """The condition as a sentence, and whom it reaches now."""
        shown = condition_reach.shown(self.desk, self.drafting, draft)
        return self.desk.markup("console/condition_preview.html", name=self.name, draft=draft, **shown)

    def _drawn(self, bit: Bit, at: tuple[int, ...], offer: conditions.Offer) -> Drawn:
        path, _sep, take = bit.subject.partition("#")
        rows = offer.over(path) if take else None
        where: list[Drawn] = []
        if rows is not None:
            asked: conditions.Offered | None = condition_values.taken(rows, take)
            asks = condition_words.any_asks() if take == "any" else None
            where = [self._inner(one, (*at, w), rows) for w, one in enumerate(bit.where)]
        else:
            asked, asks = offer.field(path), None
        menu = condition_words.menu(offer, self.drafting.language)
        return self._made(bit, at, menu, asked, asks, where=where, is_over_rows=rows is not None)

    def _inner(self, bit: Bit, at: tuple[int, ...], rows: conditions.OfferedRows) -> Drawn:
        asked = next((one for one in rows.fields if one.path == bit.subject), None)
        return self._made(bit, at, condition_words.row_menu(rows, self.drafting.language), asked, None)

    def _made(
        self,
        bit: Bit,
        at: tuple[int, ...],
        menu: list[condition_words.Group],
        asked: conditions.Offered | None,
        asks: Mapping[str, str] | None,
        *,
        where: list[Drawn] | None = None,
        is_over_rows: bool = False,
    ) -> Drawn:
        asks = asks if asks is not None else condition_words.asks(asked) if asked else {}
        control = condition_values.control(asked, bit.ask) if asked else "none"
        language = self.drafting.language
        return Drawn(
            at=":".join(map(str, at)),
            key=f"{self.name}-{'-'.join(map(str, at))}",
            bit=bit,
            menu=menu,
            asks=list(asks.items()),
            control=control,
            choices=_choices(asked, bit.typed, language),
            value="\n".join(bit.typed),
            where=where or [],
            is_over_rows=is_over_rows,
        )


def _choices(asked: conditions.Offered | None, typed: list[str], language: str) -> list[tuple[str, str, bool]]:
    """Words with their names: of a list those that are chosen first, as they stand in the rule."""
    words = (asked.words if asked else None) or ()
    if len(typed) > 1:
        words = tuple(sorted(words, key=lambda word: typed.index(word.code) if word.code in typed else len(typed)))
    return [(word.code, text.pick(word.label, language) or word.code, word.code in typed) for word in words]


class ConditionWidget(forms.Widget):
    """Draws the editor and reads what it sends."""

    def __init__(self, desk: Desk, scope: conditions.Scope, event_type: str) -> None:
        super().__init__()
        self.desk, self.scope, self.event_type = desk, scope, event_type
        self.draft: Draft | None = None

    def value_from_datadict(self, data: Mapping[str, Any], _files: object, name: str) -> Draft:
        """The draft that was sent."""
        return posted(data, name)

    def value_omitted_from_data(self, data: Mapping[str, Any], _files: object, name: str) -> bool:
        """A form that never showed the editor leaves the condition alone."""
        return f"{name}-mode" not in data

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """The editor, with what is wrong where it is wrong."""
        editor = Editor(self.desk, self.scope, name, self.event_type)
        if isinstance(value, Draft):
            return editor.markup(self.draft or value)
        return editor.markup(editor.drafting.drawn(value))


class ConditionField(forms.Field):
    """A condition in any form. It gives back a checked `Condition`, or None when nothing is asked.

    `initial` is a `Condition` or None; a condition about events is about those of `event_type`, which the form holds in
    its field `event`. A segment that reaches everybody, or more than the set share of all members, is
    taken only after somebody saw the count and said yes to it. Source: quality/cases.md 92a.
    """

    widget: ConditionWidget

    def __init__(self, desk: Desk, scope: conditions.Scope, *, event_type: str = "", **more: Any) -> None:
        self.desk, self.scope, self.event_type = desk, scope, event_type
        more.setdefault("required", False)
        super().__init__(widget=ConditionWidget(desk, scope, event_type), **more)

    def clean(self, value: Any) -> conditions.Condition | None:
        """The checked condition."""
        draft = value if isinstance(value, Draft) else Draft()
        self.widget.draft = draft
        try:
            condition = drafting(self.desk, self.scope, self.event_type).condition(draft)
        except Unfinished:
            said = draft.place.said if draft.place else _("A part of the condition is not finished.")
            raise forms.ValidationError(said, code="unfinished") from None
        if condition is None:
            if self.required:
                raise forms.ValidationError(_("Say whom it is about."), code="required")
            return None
        if self.scope is conditions.Scope.SEGMENT:
            self._confirm(condition, draft)
        return condition

    def _confirm(self, condition: conditions.Condition, draft: Draft) -> None:
        reach = condition_reach.patiently(self.desk, condition)
        if not condition_reach.needs_yes(reach, draft.confirmed):
            return
        draft.confirmed = 0
        said = (
            _("This reaches %(count)s of %(all)s members. Say below that you mean them.")
            % {"count": write.number(reach.members), "all": write.number(reach.everybody)}
            if reach
            else _("How many members this reaches could not be counted. Say below that you want it nonetheless.")
        )
        raise forms.ValidationError(said, code="sweeping")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another condition was sent."""
        before = drafting(self.desk, self.scope, self.event_type).drawn(initial)
        return (before.text, before.rows) != (data.text, data.rows) if isinstance(data, Draft) else False


def condition_field(bound: forms.BoundField) -> SafeString:
    """The field with its label, hint and error."""
    return SafeString(
        render_to_string("console/parts/condition_field.html", {"bound": bound, "widget": bound.as_widget()})
    )
