"""Charts: the marks stand where the numbers say, and the numbers can be read without seeing."""

import re

import pytest
from django.utils import translation

from regulars.doors.console.charts import Chart, Heat, Kind, Series, draw, heat, scale, sparkline

pytestmark = pytest.mark.usefixtures("dsn")


@pytest.fixture(autouse=True)
def _english():  # type: ignore[no-untyped-def]
    with translation.override("en"):
        yield


def chart(kind: Kind, *series: Series, labels: tuple[str, ...] = ("a", "b")) -> str:
    return draw(Chart(title="Points <b>", labels=labels, series=series, kind=kind))


def rects(markup: str) -> list[tuple[str, ...]]:
    return re.findall(r'<rect class="([^"]+)" x="([\d.]+)%" y="([\d.]+)%" width="([\d.]+)%" height="([\d.]+)%"', markup)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 115_900, [0, 50_000, 100_000, 150_000]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (-30, 80, [-50, 0, 50, 100]),
        (0, 0, [0, 1]),
        (0, 3, [0, 1, 2, 3]),
    ],
)
def test_ticks_are_round_and_cover_the_values(low: float, high: float, ticks: list[float]) -> None:
    assert scale(low, high) == ticks


def test_bars_reach_their_values_from_zero() -> None:
    markup = chart(Kind.BAR, Series(name="Issued", values=[100, 50]))
    assert rects(markup) == [
        ("tone-1", "6.50", "0.00", "32.56", "100.00"),
        ("tone-1", "56.50", "50.00", "32.56", "50.00"),
    ]


def test_bars_below_zero_hang_from_the_zero_line() -> None:
    markup = chart(Kind.BAR, Series(name="Net", values=[100, -100]))
    assert [(y, h) for _tone, _x, y, _w, h in rects(markup)] == [("0.00", "50.00"), ("50.00", "50.00")]


def test_stacks_stand_on_one_another() -> None:
    markup = chart(Kind.STACKED, Series(name="A", values=[25, 0]), Series(name="B", values=[75, 100]))
    assert [(tone, y, h) for tone, _x, y, _w, h in rects(markup)] == [
        ("tone-1", "75.00", "25.00"),
        ("tone-2", "0.00", "75.00"),
        ("tone-2", "0.00", "100.00"),
    ]


def test_a_line_breaks_at_a_gap_and_a_lone_value_is_a_dot() -> None:
    row = Series(name="A", values=[0, 4, None, 2])
    markup = chart(Kind.LINE, row, labels=("a", "b", "c", "d"))
    assert re.findall(r'points="([^"]+)"', markup) == ["0.5,100.00 1.5,0.00"]
    assert re.findall(r'class="chart-dot tone-1" d="([^"]+)"', markup) == ["M3.5 50.00h0"]


def test_only_the_first_row_of_an_area_chart_is_filled() -> None:
    markup = chart(Kind.AREA, Series(name="A", values=[1, 2]), Series(name="B", values=[2, 1]))
    assert re.findall(r'<polygon class="([^"]+)"', markup) == ["chart-area tone-1"]


def test_every_number_is_in_the_table_and_texts_are_escaped() -> None:
    markup = chart(Kind.BAR, Series(name="<i>", values=[1234, None]))
    table = markup[markup.index("<table") :]
    assert re.findall(r"<td>([^<]*)</td>", table) == ["", "1,234", "–"]
    assert "<caption>Points &lt;b&gt;</caption>" in table
    assert '<th scope="col">&lt;i&gt;</th>' in table


def test_drawings_are_hidden_from_screen_readers_and_hold_no_style() -> None:
    markup = chart(Kind.BAR, Series(name="A", values=[1, 2]), Series(name="B", values=[1, 2]))
    assert '<div class="chart-frame" aria-hidden="true">' in markup
    assert "style=" not in markup


def test_a_chart_without_data_still_draws_its_frame() -> None:
    assert '<figure class="chart"' in chart(Kind.LINE, Series(name="A", values=[]), labels=())
    assert rects(chart(Kind.BAR, Series(name="A", values=[None, None]))) == []


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="one value per label"):
        Chart(title="", labels=["a"], series=[Series(name="A", values=[1, 2])])


@pytest.mark.parametrize(("values", "points"), [([1, 3, 2], "0,100.00 1,0.00 2,50.00"), ([5, 5], "0,50.00 1,50.00")])
def test_a_sparkline_fills_its_height(values: list[float], points: str) -> None:
    assert f'points="{points}"' in sparkline(values)


def test_a_sparkline_of_one_value_draws_nothing() -> None:
    assert sparkline([7]) == ""


def test_heat_is_shaded_by_value_and_leaves_the_unknown_blank() -> None:
    markup = heat(Heat(title="T", corner="C", columns=["1", "2", "3"], rows=[("x", [0, 1, None])]))
    assert re.findall(r"<td[^>]*>[^<]*</td>", markup) == [
        '<td class="heat-0">0.0%</td>',
        '<td class="heat-6">100.0%</td>',
        "<td></td>",
    ]
