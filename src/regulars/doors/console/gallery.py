"""Every part on one page, with invented numbers: /_components, only where REGULARS_DEBUG is on."""

from datetime import date, timedelta
from math import sin

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import format as write
from regulars.doors.console import navigation, parts
from regulars.doors.console.charts import Chart, Heat, Kind, Series

_TODAY = date(2026, 11, 22)
_NAME_LENGTH_MAX = 8


class SampleForm(forms.Form):
    """One field of each sort."""

    points = forms.IntegerField(
        label=gettext_lazy("Points"),
        min_value=1,
        max_value=10_000,
        help_text=gettext_lazy("Whole points, at most 10,000."),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("goodwill", gettext_lazy("Goodwill")), ("correction", gettext_lazy("Correction"))],
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    notify = forms.BooleanField(label=gettext_lazy("Tell the member"), required=False)


@login_not_required
def show(request: HttpRequest) -> HttpResponse:
    """The page. With `?messages` the flash messages show too."""
    if "messages" in request.GET:
        messages.success(request, _("50 points were added."))
        messages.warning(request, _("The budget of this campaign is 90% used."))
        messages.error(request, _("The message could not be sent."))
        messages.info(request, _("The import runs in the background."))
    return render(
        request,
        "console/gallery.html",
        {
            "sidebar": navigation.sidebar("home", unbuilt=True),
            "search_address": "#",
            "ranges": [
                parts.Choice(label=_("30 days"), href="?range=30", is_current=True),
                parts.Choice(label=_("90 days"), href="?range=90"),
                parts.Choice(label=_("12 months"), href="?range=365"),
            ],
            "tiles": _tiles(),
            "attention": _attention(),
            "points_chart": _points_chart(),
            "retention_chart": _retention_chart(),
            "tier_chart": _tier_chart(),
            "cohorts": _cohorts(),
            "campaigns": _campaigns(),
            "ledger": _ledger(),
            "profile": _profile(),
            "pages": parts.Pager(note=_("1–12 of 140"), previous="?page=1", following="?page=3"),
            "nothing": parts.EmptyState(
                title=_("No challenges yet"),
                text=_("A challenge gives members a goal with a prize. Start from a template and change it."),
                icon="trophy",
                action=_("Choose a template"),
                href="#",
            ),
            "form": SampleForm(),
            "wrong_form": SampleForm({"points": "0", "reason": "goodwill"}),
        },
    )


@login_not_required
def count(request: HttpRequest) -> HttpResponse:
    """A fragment at its own address: how many members a name would find; 422 and why for a bad one."""
    name = request.GET.get("name", "")
    if len(name) > _NAME_LENGTH_MAX:
        return render(request, "console/gallery_count.html", {"is_wrong": True}, status=422)
    return render(request, "console/gallery_count.html", {"count": max(412 - 103 * len(name), 0)})


ADDRESSES = [
    path("_components", show, name="gallery"),
    path("_components/count", count, name="gallery_count"),
]


def _wave(count: int, level: float, swing: float, rise: float = 0) -> list[float]:
    return [level + swing * (sin(i * 1.7) + sin(i * 0.6)) / 2 + rise * i for i in range(count)]


def _tiles() -> list[parts.Kpi]:
    points = write.signed(0.1, digits=1)
    return [
        parts.Kpi(
            label=_("Active members"),
            value=write.number(47327),
            change="+" + write.percent(0.016),
            direction=1,
            trend=_wave(30, 100, 3, 1),
            definition=_("Members with at least one purchase in the last 90 days. Compared with the period before."),
            href="#",
        ),
        parts.Kpi(
            label=_("Usage rate"),
            value=write.percent(0.486),
            change=_("%(points)s pp") % {"points": points},
            direction=1,
            trend=_wave(30, 100, 20),
            definition=_("Points redeemed in the period, divided by points issued in it."),
        ),
        parts.Kpi(
            label=_("Liability"),
            value=write.amount(83165200, "CNY", whole=True),
            change="+" + write.percent(0.021),
            direction=1,
            rising_is_good=False,
            trend=_wave(30, 100, 8, -0.4),
            definition=_("What the unspent points that will probably be used are worth."),
        ),
        parts.Kpi(
            label=_("Repurchase rate"),
            value=write.percent(0.466),
            change=write.percent(0),
            trend=_wave(30, 100, 2, 1.5),
            definition=_("Buyers who bought again, divided by all buyers."),
        ),
    ]


def _attention() -> list[parts.Attention]:
    return [
        parts.Attention(
            title=_("Win-back coupon hit its stop-loss line"),
            text=_("Redemption rate 22%, line at 30%. The campaign is paused."),
            action=_("Review"),
            href="#",
            tone=parts.Tone.BAD,
            icon="octagon-alert",
        ),
        parts.Attention(
            title=_("Summer bottle challenge used 99% of its budget"),
            text=_("At this pace it ends tomorrow."),
            action=_("Raise or end"),
            href="#",
        ),
        parts.Attention(
            title=_("412 members lose points in 7 days"),
            text=_("206,000 points, worth %(amount)s.") % {"amount": write.amount(206000, "CNY")},
            action=_("Remind them"),
            href="#",
            tone=parts.Tone.INFO,
            icon="clock",
        ),
    ]


def _days(count: int) -> list[str]:
    return [write.short_day(_TODAY - timedelta(days=count - 1 - i)) for i in range(count)]


def _points_chart() -> Chart:
    return Chart(
        title=_("Points issued, redeemed and expired"),
        labels=_days(30),
        series=[
            Series(name=_("Issued"), values=[round(v) for v in _wave(30, 90000, 22000)]),
            Series(name=_("Redeemed"), values=[round(v) for v in _wave(30, 42000, 9000)]),
            Series(name=_("Expired"), values=[round(v) for v in _wave(30, 3000, 2000)]),
        ],
    )


def _retention_chart() -> Chart:
    return Chart(
        title=_("Customers who still buy: members and others"),
        labels=[str(month) for month in range(13)],
        series=[
            Series(name=_("Members"), values=[0.964**month for month in range(13)]),
            Series(name=_("Not members"), values=[0.89**month for month in range(13)]),
        ],
        kind=Kind.AREA,
        number=write.percent,
        tick=lambda value: write.percent(value, digits=0),
    )


def _tier_chart() -> Chart:
    return Chart(
        title=_("Members by tier"),
        labels=_days(12),
        series=[
            Series(name=_("Silver"), values=[31000 + 300 * i for i in range(12)], tone=3),
            Series(name=_("Gold"), values=[11000 + 180 * i for i in range(12)], tone=2),
            Series(name=_("Platinum"), values=[3000 + 90 * i for i in range(12)], tone=1),
        ],
        kind=Kind.STACKED,
    )


def _cohorts() -> Heat:
    months = [write.short_day(date(2026, month, 1)) for month in range(5, 11)]
    rows = [
        (name, [0.62 * 0.84**k + 0.01 * i if k < 6 - i else None for k in range(6)]) for i, name in enumerate(months)
    ]
    return Heat(
        title=_("Share of a month's new members who bought again"),
        corner=_("Joined"),
        columns=[str(k + 1) for k in range(6)],
        rows=rows,
        top=0.7,
        number=lambda value: write.percent(value, digits=0),
    )


def _campaigns() -> parts.Table:
    def money_bar(used: int, top: int, tone: str = "accent") -> str:
        text = f"{write.amount(used, 'CNY', whole=True)} / {write.number(top // 100)}"
        return parts.meter(used, top, _("Budget used"), text, tone)

    live, over, draft = (
        parts.badge(_("Running"), "good"),
        parts.badge(_("Ended")),
        parts.badge(_("Draft"), "info"),
    )
    stopped = parts.badge(_("Stop-loss hit"), "warn")
    return parts.Table(
        caption=_("Campaigns"),
        columns=[
            parts.Column(label=_("Campaign")),
            parts.Column(label=_("State")),
            parts.Column(label=_("Budget used"), sort_href="?sort=budget", sorted="desc"),
            parts.Column(label=_("Uplift against control"), end=True, sort_href="?sort=uplift"),
            parts.Column(label=_("Ends"), end=True),
        ],
        rows=[
            parts.Row(
                cells=[_("Double points week"), live, money_bar(8340000, 12000000), "+12.4%", _end(6)],
                href="#",
            ),
            parts.Row(cells=[_("Bring a friend"), live, money_bar(4521000, 8000000), "+9.7%", _end(60)], href="#"),
            parts.Row(
                cells=[
                    _("Win-back after 90 days"),
                    stopped,
                    money_bar(3120000, 6000000, "warn"),
                    "+1.9%",
                    _end(12),
                ],
                href="#",
            ),
            parts.Row(cells=[_("Summer bottle challenge"), over, money_bar(2987000, 3000000), "+7.2%", _end(-20)]),
            parts.Row(cells=[_("Gold first"), draft, money_bar(0, 2500000), "–", _end(90)]),
        ],
    )


def _end(days: int) -> str:
    return write.day(_TODAY + timedelta(days=days))


def _ledger() -> list[parts.LedgerLine]:
    return [
        parts.LedgerLine(
            when=f"{write.day(_TODAY)} 15:49",
            what=_("Store purchase"),
            reference="SO-97442041",
            points=write.signed(498),
            is_credit=True,
            balance=write.number(52252),
            reasons=[
                parts.Reason(text=_("¥249.86 × 1 point per ¥1"), points="+249"),
                parts.Reason(text=_("Double points week ×2"), points="+249"),
            ],
            note=_("Posted by the till of Jing'an store."),
        ),
        parts.LedgerLine(
            when=f"{write.day(_TODAY)} 11:02",
            what=_("Redeemed: ¥20 voucher"),
            reference="RW-326295",
            points=write.signed(-200),
            is_credit=False,
            balance=write.number(51754),
        ),
        parts.LedgerLine(
            when=f"{write.day(_TODAY - timedelta(days=2))} 23:46",
            what=_("Goodwill"),
            reference="CS-1024",
            points=write.signed(50),
            is_credit=True,
            balance=write.number(51954),
            note=_("Late delivery, case CS-1024."),
        ),
    ]


def _profile() -> parts.Facts:
    return parts.Facts(
        rows={
            _("Segment"): parts.badge(_("Champions"), "accent"),
            _("Phone"): write.masked_phone("+8613812347771"),
            _("E-mail"): write.masked_email("lin@example.com"),
            _("Lifetime value"): write.amount(1368303, "CNY"),
        }
    )
