"""The tags of our templates; they are built in, so no template loads them. Dataclasses come from parts.py."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString

from regulars.doors.console import assets, charts, parts
from regulars.doors.console import format as write
from regulars.doors.console.condition_part import condition_field

register = template.Library()

register.simple_tag(assets.address, name="asset")
register.simple_tag(parts.icon, name="icon")
register.simple_tag(parts.badge, name="badge")
register.simple_tag(parts.meter, name="meter")
register.simple_tag(parts.table, name="table")
register.simple_tag(condition_field, name="condition")
register.simple_tag(charts.draw, name="chart")
register.simple_tag(charts.heat, name="heat")
register.simple_tag(charts.sparkline, name="sparkline")


@register.inclusion_tag("console/parts/kpi.html", name="kpi")
def kpi(tile: parts.Kpi) -> dict[str, Any]:
    """A number tile."""
    return {"kpi": tile}


@register.inclusion_tag("console/parts/segmented.html", name="segmented")
def segmented(choices: Sequence[parts.Choice], label: str) -> dict[str, Any]:
    """Plain links as one control; `label` names it for screen readers."""
    return {"choices": choices, "label": label}


@register.inclusion_tag("console/parts/pager.html", name="pager")
def pager(pages: parts.Pager) -> dict[str, Any]:
    """Previous and next."""
    return {"pager": pages}


@register.inclusion_tag("console/parts/empty.html", name="empty")
def empty(state: parts.EmptyState) -> dict[str, Any]:
    """Nothing here yet, and the next step."""
    return {"empty": state}


@register.inclusion_tag("console/parts/ledger.html", name="ledger")
def ledger(lines: Sequence[parts.LedgerLine]) -> dict[str, Any]:
    """Movements of points, each opening to its reasons."""
    return {"lines": lines}


@register.inclusion_tag("console/parts/attention.html", name="attention")
def attention(items: Sequence[parts.Attention]) -> dict[str, Any]:
    """What wants a decision today."""
    return {"items": items}


@register.inclusion_tag("console/parts/facts.html", name="facts")
def facts(part: parts.Facts) -> dict[str, Any]:
    """Names and values side by side."""
    return {"facts": part}


@register.inclusion_tag("console/parts/field.html", name="field")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field with label, hint and error; the widget gets its classes here, so forms need none."""
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput | CheckboxSelectMultiple):
        css = "form-check-input"
    elif isinstance(widget, Select) and not isinstance(widget, RadioSelect):
        css = "form-select"
    else:
        css = "form-control"
    if widget.attrs.get("placeholder") == bound.label:
        del widget.attrs["placeholder"]  # the label says it already, and stays
    marks: dict[str, Any] = {"class": f"{css} is-invalid" if bound.errors else css}
    described = [
        f"{bound.auto_id}_{part}" for part, there in (("hint", bound.help_text), ("error", bound.errors)) if there
    ]
    if described:
        marks["aria-describedby"] = " ".join(described)
    return {
        "bound": bound,
        "widget": bound.as_widget(attrs=marks),
        "is_check": isinstance(widget, CheckboxInput),
        "is_many": isinstance(widget, CheckboxSelectMultiple),
    }


@register.simple_block_tag(end_name="endcard")
def card(content: str, title: str = "", note: str = "", side: str = "", flush: bool = False) -> SafeString:
    """A card. `side` is markup at the right of its head; `flush` leaves the padding out (tables, ledgers)."""
    head = format_html(
        '<div class="card-header"><div><h2 class="card-title">{}</h2>{}</div>{}</div>',
        title,
        format_html('<div class="card-note">{}</div>', note) if note else "",
        format_html('<div class="card-side">{}</div>', side) if side else "",
    )
    body = content if flush else format_html('<div class="card-body">{}</div>', content)
    return format_html('<section class="card">{}{}</section>', head if title else "", body)


@register.simple_block_tag(end_name="endsheet")
def sheet(content: str, name: str, title: str) -> SafeString:
    """A dialog; any button with data-opens="<name>" opens it, any with data-closes inside closes it."""
    return template.loader.render_to_string(
        "console/parts/sheet.html", {"name": name, "title": title, "content": content}
    )


@register.filter
def number(value: int | float) -> str:
    """52,252."""
    return write.number(value)


@register.filter
def signed(value: int | float) -> str:
    """+159."""
    return write.signed(value)


@register.filter
def compact(value: int | float) -> str:
    """15万 or 150K."""
    return write.compact(value)


@register.filter
def percent(ratio: float, digits: int = 1) -> str:
    """48.6%."""
    return write.percent(ratio, digits=digits)


@register.filter
def amount(minor: int, currency: str) -> str:
    """¥83,400.00 from minor units."""
    return write.amount(minor, currency)


@register.filter
def day(on: date) -> str:
    """A date."""
    return write.day(on)


@register.filter
def moment(at: datetime, zone_name: str) -> str:
    """An instant on the clock of the shop."""
    return write.moment(at, zone_name)
