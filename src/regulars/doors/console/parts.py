"""What pages are made of: frozen dataclasses in, safe markup out. Templates have a tag for each.

A view fills these from the core's dataclasses and hands them to its template; a text here is already
translated and already formatted (`format.py`). A cell of a table may be a plain string or the markup of
another part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from regulars.doors.console.assets import address
from regulars.doors.console.charts import sparkline


class Tone(StrEnum):
    """What a color says; the words beside it say the same."""

    CALM = "calm"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    ACCENT = "accent"
    GOLD = "gold"


# Whole class names: the build throws away every class it cannot read as one word.
_PILLS = {
    Tone.CALM: "pill",
    Tone.GOOD: "pill pill-good",
    Tone.WARN: "pill pill-warn",
    Tone.BAD: "pill pill-bad",
    Tone.INFO: "pill pill-info",
    Tone.ACCENT: "pill pill-accent",
    Tone.GOLD: "pill pill-gold",
}
_METERS = {Tone.WARN: "meter meter-warn", Tone.BAD: "meter meter-bad"}
_DELTAS = {Tone.GOOD: "delta delta-good", Tone.BAD: "delta delta-bad"}
_ALERTS = {
    Tone.WARN: "icon-round is-warn",
    Tone.BAD: "icon-round is-bad",
    Tone.GOOD: "icon-round is-good",
    Tone.ACCENT: "icon-round is-good",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A number tile. `change` is the difference in words (`+1.6%`), `direction` -1, 0 or 1.

    `rising_is_good` decides the color; None colors nothing. `definition` says how the number is made.
    """

    label: str
    value: str
    change: str = ""
    direction: int = 0
    rising_is_good: bool | None = True
    trend: Sequence[float] = ()
    definition: str = ""
    href: str = ""

    @property
    def delta_class(self) -> str:
        """Whole class names of the difference."""
        if not self.direction or self.rising_is_good is None:
            return "delta"
        return _DELTAS[Tone.GOOD if (self.direction > 0) is self.rising_is_good else Tone.BAD]

    @property
    def line(self) -> SafeString:
        """The trend, drawn."""
        return sparkline(self.trend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's head; numbers go to the `end`. `sort_href` makes it a link, `sorted` is asc, desc or ''."""

    label: str
    end: bool = False
    sort_href: str = ""
    sorted: str = ""

    @property
    def aria_sort(self) -> str:
        """The value of aria-sort."""
        return {"asc": "ascending", "desc": "descending"}.get(self.sorted, "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Cells in the order of the columns; `href` makes the whole row lead there (by its first cell)."""

    cells: Sequence[str]
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyState:
    """Nothing here yet: why, and the next step."""

    title: str
    text: str = ""
    icon: str = "inbox"
    action: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that turns into cards on a phone. `caption` names it for screen readers."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: EmptyState | None = None

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("a row needs one cell per column")

    @property
    def lines(self) -> list[tuple[Row, list[tuple[Column, str]]]]:
        """Each row with its cells beside their columns."""
        return [(row, list(zip(self.columns, row.cells, strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One segment of a segmented control: a plain link."""

    label: str
    href: str
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Links to the pages around; an empty address is an end. `note` is such as `1–12 of 140`.

    Pages by keyset know no previous one; they lead back to the `first`.
    """

    note: str = ""
    first: str = ""
    previous: str = ""
    following: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One line of a "why": what, and how much it brought."""

    text: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One movement of points; `reasons` and `note` open under it. `points` is signed and written out."""

    when: str
    what: str
    reference: str = ""
    points: str
    is_credit: bool
    balance: str = ""
    reasons: Sequence[Reason] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Something that wants a decision today, with its button."""

    title: str
    text: str
    action: str
    href: str
    tone: Tone = Tone.WARN
    icon: str = "triangle-alert"

    @property
    def round_class(self) -> str:
        """Whole class names of the round mark."""
        return _ALERTS.get(self.tone, "icon-round")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and values side by side, such as a member's profile."""

    rows: Mapping[str, str] = field(default_factory=dict)


def icon(name: str, label: str = "", small: bool = False) -> SafeString:
    """An icon of the sprite in the text's color; without a `label` it is decoration; `small` is 1rem."""
    described = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    size = "icon icon-small" if small else "icon"
    return format_html('<svg class="{}"{}><use href="{}#{}"/></svg>', size, described, address("icons.svg"), name)


def badge(text: str, tone: Tone | str = Tone.CALM) -> SafeString:
    """A state in words, with a color that says the same."""
    return format_html('<span class="{}">{}</span>', _PILLS[Tone(tone)], text)


def meter(value: float, top: float, label: str, text: str = "", tone: Tone | str = Tone.ACCENT) -> SafeString:
    """How much of `top` is used, with `text` beside the bar; `label` names it for screen readers."""
    words = format_html('<span class="num">{}</span>', text) if text else SafeString("")
    return format_html(
        '<div class="{}"><progress value="{}" max="{}" aria-label="{}"></progress>{}</div>',
        _METERS.get(Tone(tone), "meter"),
        f"{min(max(value, 0), top):g}",
        f"{top or 1:g}",
        label,
        words,
    )


def table(part: Table) -> SafeString:
    """The table, or its empty state when there are no rows and it has one."""
    return render_to_string("console/parts/table.html", {"table": part})
