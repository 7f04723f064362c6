"""The sidebar. An entry shows as soon as its page has an address in urls.py; until then it does not exist."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regulars.doors.console import permissions
from regulars.doors.console.middleware import THEMES
from regulars.doors.console.settings import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One page of the sidebar: `route` is its URL name; its sub-pages share the route's first word."""

    route: str
    label: str | Promise
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries under one small title; the first group has none."""

    title: str | Promise = ""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as drawn on one page."""

    label: str | Promise
    icon: str
    address: str
    is_current: bool


GROUPS = (
    Group(
        entries=(
            Entry(route="home", label=_("Home"), icon="layout-dashboard"),
            Entry(route="waiting", label=_("Waiting"), icon="inbox"),
            Entry(route="approvals", label=_("Approvals"), icon="badge-check"),
        )
    ),
    Group(
        title=_("Customers"),
        entries=(
            Entry(route="members", label=_("Members"), icon="users"),
            Entry(route="orders", label=_("Orders"), icon="shopping-bag"),
            Entry(route="ledger", label=_("Points ledger"), icon="receipt-text"),
            Entry(route="segments", label=_("Segments"), icon="funnel"),
        ),
    ),
    Group(
        title=_("Program"),
        entries=(
            Entry(route="rules", label=_("Earning rules"), icon="coins"),
            Entry(route="wallets", label=_("Wallets"), icon="wallet"),
            Entry(route="tiers", label=_("Tiers"), icon="crown"),
            Entry(route="trials", label=_("Trial runs"), icon="flask-conical"),
        ),
    ),
    Group(
        title=_("Reward catalogue"),
        entries=(
            Entry(route="rewards", label=_("Rewards"), icon="gift"),
            Entry(route="coupons", label=_("Coupons"), icon="ticket"),
            Entry(route="experiences", label=_("Experiences"), icon="calendar"),
        ),
    ),
    Group(
        title=_("Engagement"),
        entries=(
            Entry(route="campaigns", label=_("Campaigns"), icon="megaphone"),
            Entry(route="challenges", label=_("Challenges"), icon="trophy"),
            Entry(route="referrals", label=_("Referrals"), icon="share-2"),
            Entry(route="journeys", label=_("Journeys"), icon="route"),
            Entry(route="messages", label=_("Messages"), icon="mail"),
            Entry(route="helpdesk", label=_("Service desk"), icon="headset"),
            Entry(route="surveys", label=_("Surveys"), icon="smile"),
        ),
    ),
    Group(
        title=_("Insight"),
        entries=(
            Entry(route="reports", label=_("Effect report"), icon="chart-line"),
            Entry(route="goals", label=_("Goals and budgets"), icon="target"),
            Entry(route="simulator", label=_("Simulator"), icon="flask-conical"),
            Entry(route="fraud", label=_("Fraud review"), icon="shield-alert"),
        ),
    ),
    Group(
        title=_("Administration"),
        entries=(
            Entry(route="privacy", label=_("Privacy desk"), icon="shield-check"),
            Entry(route="audit", label=_("Audit log"), icon="scroll-text"),
            Entry(route="developers", label=_("Developers"), icon="code"),
            Entry(route="staff", label=_("Staff"), icon="store"),
            Entry(route="settings", label=_("Settings"), icon="settings"),
        ),
    ),
)
SEARCH_ROUTE = "search"


def around(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page needs: sidebar, search address, language, theme."""
    language = get_language() or "en"
    return {
        "sidebar": sidebar(_current(request), operator=request.user),
        "search_address": _address(SEARCH_ROUTE) if permissions.may(request.user, SEARCH_ROUTE) else "",
        "may": permissions.held(request.user),
        "language": language,
        "other_language": next((code, name) for code, name in LANGUAGES if code != language),
        "theme": getattr(request, "theme", "auto"),
        "themes": THEMES,
    }


def sidebar(current: str, *, operator: object = None, unbuilt: bool = False) -> list[tuple[str | Promise, list[Link]]]:
    """Groups of links, the current one marked; entries without a page only where `unbuilt` is asked."""
    groups = []
    for group in GROUPS:
        links = [
            Link(label=e.label, icon=e.icon, address=address or "#", is_current=e.route == current)
            for e in group.entries
            if ((address := _address(e.route)) and (operator is None or permissions.may(operator, e.route))) or unbuilt
        ]
        if links:
            groups.append((group.title, links))
    return groups


def _current(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "").partition("_")[0] if match else ""


def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
