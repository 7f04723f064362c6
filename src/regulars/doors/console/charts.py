"""Charts drawn on the server: words in HTML, marks in SVG, the hover card in CSS; no JavaScript, no style=.

Every chart carries its numbers as a table behind a disclosure, for keyboards, screen readers and copying.
Colors are the classes tone-1 .. tone-6 (charts.css), so the dark theme needs nothing here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from math import ceil, floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from regulars.doors.console import format as write

TONES = ("tone-1", "tone-2", "tone-3", "tone-4", "tone-5", "tone-6")
HEATS = ("heat-0", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5", "heat-6")
_TICKS = 4
_LABELS_MAX = 10
_LABELS_PHONE_MAX = 5
Number = Callable[[float], str]


class Kind(StrEnum):
    """How the series are drawn."""

    BAR = "bar"
    STACKED = "stacked"
    LINE = "line"
    AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One named row of values; `tone` is 1 to 6, None takes the next free one. A None value is a gap."""

    name: str
    values: Sequence[float | None]
    tone: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of one slot per label. `number` writes values in words, `tick` those at the y axis.

    `low` is where the y axis starts; bars always start at zero or below.
    """

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: Kind = Kind.BAR
    number: Number = write.number
    tick: Number = write.compact
    low: float = 0

    def __post_init__(self) -> None:
        if any(len(row.values) != len(self.labels) for row in self.series):
            raise ValueError("a chart needs one value per label")
        if len(self.series) > len(TONES):
            raise ValueError("a chart of more than six series tells nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A table whose cells are shaded by value, such as a cohort's retention; None is not yet known.

    `rows` are (name, values); values are shaded between 0 and `top`.
    """

    title: str
    corner: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[float | None]]]
    top: float = 1
    number: Number = write.percent


def draw(chart: Chart) -> SafeString:
    """The figure: legend, axes, marks, hover cards, table of numbers. No data draw an empty frame."""
    ticks = scale(*_reach(chart))
    return format_html(
        '<figure class="chart" aria-label="{}">{}<div class="chart-frame" aria-hidden="true">'
        '<ol class="chart-y">{}</ol><div class="chart-plot">{}{}</div>{}</div>{}</figure>',
        chart.title,
        _legend(chart) if len(chart.series) > 1 else "",
        format_html_join("", "<li>{}</li>", ((chart.tick(tick),) for tick in ticks)),
        _marks(chart, ticks),
        _slots(chart),
        _x_axis(chart),
        _table(chart),
    )


def sparkline(values: Sequence[float], tone: int = 1) -> SafeString:
    """A line without axes; the last value has a dot. Fewer than two values draw nothing."""
    if len(values) < 2:
        return mark_safe("")
    low, high = min(values), max(values)
    heights = [50.0 if high == low else 100 - (value - low) / (high - low) * 100 for value in values]
    points = [(float(i), height) for i, height in enumerate(heights)]
    return format_html(
        '<svg class="spark" viewBox="0 0 {} 100" preserveAspectRatio="none" aria-hidden="true">{}{}</svg>',
        len(values) - 1,
        _line(points, TONES[tone - 1]),
        _dot(*points[-1], TONES[tone - 1]),
    )


def heat(table: Heat) -> SafeString:
    """The shaded table."""
    head = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in table.columns))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((name, format_html_join("", "{}", ((_heat_cell(v, table),) for v in values))) for name, values in table.rows),
    )
    return format_html(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table class="heat">'
        '<caption class="visually-hidden">{}</caption><thead><tr>'
        '<th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div>',
        table.title,
        table.title,
        table.corner,
        head,
        rows,
    )


def scale(low: float, high: float) -> list[float]:
    """Round tick values, evenly spaced, from at most `low` to at least `high`.

    Source: the 1-2-2.5-5 steps of P. Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990.
    """
    raw = (high - low) / _TICKS
    if raw <= 0:
        return [low, low + 1]
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * (1 - 1e-9))
    first = floor(low / step + 1e-9)
    last = ceil(high / step - 1e-9)
    return [round(step * i, 10) for i in range(first, last + 1)]


def _reach(chart: Chart) -> tuple[float, float]:
    if chart.kind is Kind.STACKED:
        columns = [[row.values[i] or 0 for row in chart.series] for i in range(len(chart.labels))]
        return 0, max((sum(column) for column in columns), default=0)
    values = [value for row in chart.series for value in row.values if value is not None]
    low = min([0.0, *values]) if chart.kind is Kind.BAR else min([chart.low, *values])
    return low, max([low, *values])


def _tone(chart: Chart, index: int) -> str:
    return TONES[(chart.series[index].tone or index + 1) - 1]


def _marks(chart: Chart, ticks: Sequence[float]) -> SafeString:
    bottom, span = ticks[0], ticks[-1] - ticks[0]

    def height(value: float) -> float:
        return round(100 - (value - bottom) / span * 100, 2)

    rules = format_html_join(
        "",
        '<line class="{}" x1="0" x2="100%" y1="{}%" y2="{}%"/>',
        (("rule-zero" if tick == 0 else "rule", height(tick), height(tick)) for tick in ticks),
    )
    match chart.kind:
        case Kind.BAR:
            marks = _bars(chart, height)
        case Kind.STACKED:
            marks = _stacks(chart, height)
        case _:
            marks = _lines(chart, height)
    return format_html("<svg>{}{}</svg>", rules, marks)


def _bars(chart: Chart, height: Callable[[float], float]) -> SafeString:
    slot = 100 / max(len(chart.labels), 1)
    width = slot * 0.74 / max(len(chart.series), 1)
    rects = []
    for k, row in enumerate(chart.series):
        for i, value in enumerate(row.values):
            if value:
                top, foot = sorted((height(value), height(0)))
                rects.append((i * slot + slot * 0.13 + k * width, top, width * 0.88, foot - top, _tone(chart, k)))
    return _rects(rects)


def _stacks(chart: Chart, height: Callable[[float], float]) -> SafeString:
    slot = 100 / max(len(chart.labels), 1)
    rects = []
    for i in range(len(chart.labels)):
        tops = list(accumulate((row.values[i] or 0 for row in chart.series), initial=0.0))
        for k in range(len(chart.series)):
            y = height(tops[k + 1])
            if y < height(tops[k]):
                rects.append((i * slot + slot * 0.2, y, slot * 0.6, height(tops[k]) - y, _tone(chart, k)))
    return _rects(rects)


def _rects(rects: Sequence[tuple[float, float, float, float, str]]) -> SafeString:
    return format_html_join(
        "",
        '<rect class="{}" x="{}%" y="{}%" width="{}%" height="{}%" rx="1.5"/>',
        ((tone, f"{x:.2f}", f"{y:.2f}", f"{w:.2f}", f"{h:.2f}") for x, y, w, h, tone in rects),
    )


def _lines(chart: Chart, height: Callable[[float], float]) -> SafeString:
    drawn = []
    for k, row in enumerate(chart.series):
        for run in _runs(row.values):
            points = [(i + 0.5, height(row.values[i] or 0)) for i in run]
            if chart.kind is Kind.AREA and k == 0:
                drawn.append(_area(points, _tone(chart, k)))
            drawn.append(_line(points, _tone(chart, k)) if len(points) > 1 else _dot(*points[0], _tone(chart, k)))
    return format_html(
        '<svg viewBox="0 0 {} 100" width="100%" height="100%" preserveAspectRatio="none" overflow="visible">{}</svg>',
        max(len(chart.labels), 1),
        format_html_join("", "{}", ((mark,) for mark in drawn)),
    )


def _runs(values: Sequence[float | None]) -> list[list[int]]:
    """Stretches of neighboring known values: a gap breaks the line instead of pretending a zero."""
    runs: list[list[int]] = [[]]
    for i, value in enumerate(values):
        if value is not None:
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(points: Sequence[tuple[float, float]], tone: str) -> SafeString:
    path = " ".join(f"{x:g},{y:.2f}" for x, y in points)
    return format_html('<polyline class="chart-line {}" points="{}" vector-effect="non-scaling-stroke"/>', tone, path)


def _area(points: Sequence[tuple[float, float]], tone: str) -> SafeString:
    path = " ".join(f"{x:g},{y:.2f}" for x, y in points)
    corners = f"{points[0][0]:g},100 {path} {points[-1][0]:g},100"
    return format_html('<polygon class="chart-area {}" points="{}"/>', tone, corners)


def _dot(x: float, y: float, tone: str) -> SafeString:
    """A round dot in a stretched drawing: a line of no length keeps its round cap."""
    start = f"M{x:g} {y:.2f}h0"
    return format_html('<path class="chart-dot {}" d="{}" vector-effect="non-scaling-stroke"/>', tone, start)


def _slots(chart: Chart) -> SafeString:
    half = len(chart.labels) / 2
    slots = []
    for i, label in enumerate(chart.labels):
        side = "chart-tip chart-tip-left" if i >= half else "chart-tip"
        slots.append((side, label, _tip_lines(chart, i)))
    return format_html(
        '<div class="chart-slots">{}</div>',
        format_html_join("", '<div class="chart-slot"><div class="{}"><b>{}</b>{}</div></div>', slots),
    )


def _tip_lines(chart: Chart, index: int) -> SafeString:
    return format_html_join(
        "",
        '<span><i class="swatch {}"></i>{}<em>{}</em></span>',
        ((_tone(chart, k), row.name, _word(chart, row.values[index])) for k, row in enumerate(chart.series)),
    )


def _word(chart: Chart, value: float | None) -> str:
    return "–" if value is None else chart.number(value)


def _legend(chart: Chart) -> SafeString:
    items = ((_tone(chart, k), row.name) for k, row in enumerate(chart.series))
    return format_html(
        '<ul class="chart-legend" aria-hidden="true">{}</ul>',
        format_html_join("", '<li><i class="swatch {}"></i>{}</li>', items),
    )


def _x_axis(chart: Chart) -> SafeString:
    count = len(chart.labels)
    every = max(ceil(count / _LABELS_MAX), 1)
    phone = every * max(ceil(ceil(count / every) / _LABELS_PHONE_MAX), 1)
    texts = (
        ("" if i % phone == 0 else "minor", f"{(i + 0.5) / count * 100:.2f}", label)
        for i, label in enumerate(chart.labels)
        if i % every == 0
    )
    words = format_html_join("", '<text class="{}" x="{}%" y="18" text-anchor="middle">{}</text>', texts)
    return format_html('<svg class="chart-x">{}</svg>', words)


def _table(chart: Chart) -> SafeString:
    head = format_html_join("", '<th scope="col">{}</th>', ((row.name,) for row in chart.series))
    lines = (
        (label, format_html_join("", "<td>{}</td>", ((_word(chart, row.values[i]),) for row in chart.series)))
        for i, label in enumerate(chart.labels)
    )
    return format_html(
        '<details class="chart-table"><summary>{}</summary>'
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table><caption>{}</caption>'
        "<thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div></details>",
        _("Show the numbers"),
        chart.title,
        chart.title,
        head,
        format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', lines),
    )


def _heat_cell(value: float | None, table: Heat) -> SafeString:
    if value is None:
        return mark_safe("<td></td>")
    shade = round(max(0.0, min(value / table.top, 1.0)) * (len(HEATS) - 1))
    return format_html('<td class="{}">{}</td>', HEATS[shade], table.number(value))
