"""One member on one page: balances, tier, coming dates, ledger with why, orders, rewards, events, profile."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars import flows
from regulars.analytics import metrics
from regulars.doors.console import (
    approvals,
    challenges,
    coupon_codes,
    csv_export,
    events,
    experiences,
    member_forms,
    member_tier,
    member_wallets,
    once,
    paging,
    people,
    redemptions,
    referrals,
    segments,
    statement,
    wallet_words,
)
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Choice, EmptyState, Facts, LedgerLine, Reason, meter
from regulars.program import tiers
from regulars.records import activities, ledger, members

_LINES = 12
_ORDERS = 6
_REDEMPTIONS = 6
_EXPORT_MAX = 10_000


@on_desk
def show(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """The page. `?wallet=` chooses what its figures and ledger are of, `?kind=` and `?find=` narrow the ledger,
    `?after=` goes on in it."""
    member = members.get(desk.conn, desk.program_id, member_id)
    wallet = member_wallets.chosen(request, desk)
    held = member_wallets.held(desk, member_id)
    progress = tiers.standing(desk.conn, desk.plan.ladder, member_id, today=desk.today)
    return render(
        request,
        "console/member.html",
        {
            "member": member,
            "title": people.title_of(member),
            "initial": people.initial_of(member),
            "tier": people.tier_badge(desk, progress.tier),
            "status": people.status_badge(member.status) if member.status is not members.Status.ACTIVE else "",
            "is_active": member.status is members.Status.ACTIVE,
            "is_frozen": member.status is members.Status.FROZEN,
            "subtitle": _subtitle(desk, member),
            "figures": member_wallets.figures(desk, wallet, held[wallet.wallet_id]),
            "wallets": member_wallets.cards(request, desk, wallet, held) if len(held) > 1 else (),
            "wallet": wallet,
            "wallet_name": wallet_words.name(desk, wallet),
            "coming": member_wallets.coming(desk, member_id, held),
            "progress": _progress(desk, progress),
            **member_tier.card(desk, member),
            "statement": _statement(request, desk, member_id, wallet),
            "orders": _orders(desk, member_id),
            "redemptions": redemptions.table(
                desk,
                redemptions.newest(desk, limit=_REDEMPTIONS, member_id=member_id),
                of_member=True,
                back=request.path,
            ),
            "coupons": coupon_codes.of_member(desk, member_id),
            "events": events.of_member(desk, member_id),
            "approvals": approvals.of_member(desk, member_id),
            "played": challenges.of_member(desk, member_id),
            "brought": referrals.of_member(desk, member_id),
            "seats": experiences.of_member(desk, member_id),
            "identifiers": identifiers(member),
            "profile": _profile(desk, member),
            "adjust_form": member_forms.AdjustForm(desk, wallet=wallet),
            "edit_form": member_forms.EditForm(initial={"name": member.name, "birth_on": member.birth_on}),
            "redeem_token": once.token(),
            "offers": offers(desk, member_id),
            **together(desk, member),
        },
    )


def together(desk: Desk, member: members.Member) -> dict[str, object]:
    """Whom the member is one with: the household they share points with, whom they were merged into, who into them."""
    account_id = people.account_of(desk, member.member_id)
    into = members.get(desk.conn, desk.program_id, member.merged_into) if member.merged_into else None
    household, mates = None, []
    if account_id != member.member_id and into is None:
        household = members.households.get(desk.conn, desk.program_id, account_id)
        mates = [one for one in household.member_ids if one != member.member_id]
    merged = [merge.member_id for merge in members.merged_into(desk.conn, member.member_id)]
    people_of = members.several(desk.conn, desk.program_id, [*mates, *merged])
    return {
        "household": household,
        "mates": [(one, people.title_of(people_of[one])) for one in mates],
        "merged": [(one, people.title_of(people_of[one])) for one in merged],
        "into": (into.member_id, people.title_of(into)) if into else None,
    }


def _subtitle(desk: Desk, member: members.Member) -> str:
    parts = [
        member.external_id,
        _("member since %(day)s") % {"day": desk.local_day(member.enrolled_at)},
        member_forms.channel_name(member.channel),
    ]
    return " · ".join(part for part in parts if part)


def _progress(desk: Desk, found: tiers.Progress) -> dict[str, object]:
    """Where the member stands on the ladder: the bar, what is missing, what keeps the tier."""
    above, notes = found.next_tier, []
    reached = people.counted(desk, max(0, found.reached))
    if above is not None:
        label = _("%(missing)s more for %(tier)s") % {
            "missing": people.counted(desk, found.missing),
            "tier": desk.say(above.name),
        }
        bar = meter(found.ratio * 100, 100, label, write.percent(found.ratio, digits=0))
    else:
        label, bar = _("Highest tier"), SafeString("")
    rolling = desk.plan.ladder.window is tiers.Window.ROLLING
    said = _("%(reached)s counted in the last %(months)s months") if rolling else _("%(reached)s counted")
    notes.append(said % {"reached": reached, "months": desk.plan.ladder.window_months})
    if found.review_on is not None:
        day = write.day(found.review_on)
        notes.append(
            _("Needs %(amount)s more to be kept at the review on %(day)s")
            % {"amount": people.counted(desk, found.kept_by), "day": day}
            if found.kept_by
            else _("Safe for now; reviewed on %(day)s") % {"day": day}
        )
    notes += member_tier.notes(desk, desk.plan.ladder, found)
    return {"label": label, "bar": bar, "notes": notes}


def _statement(request: HttpRequest, desk: Desk, member_id: UUID, wallet: ledger.Wallet) -> dict[str, object]:
    kind, text = _asked(request)
    found = ledger.lines(
        desk.conn,
        people.account_of(desk, member_id),
        wallet=wallet,
        limit=_LINES + 1,
        before=paging.after_moment(request),
        movements=statement.KINDS.get(kind),
        text=text,
    )
    shown = found[:_LINES]
    last = (shown[-1].occurred_at, shown[-1].entry_id) if len(found) > _LINES else None
    return {
        "lines": statement.lines(desk, wallet, shown),
        "choices": [
            Choice(label=label, href=paging.address(request, kind=key) + "#ledger", is_current=key == kind)
            for key, label in statement.kind_names().items()
        ],
        "pages": paging.pager(request, _("Newest first"), last, anchor="#ledger"),
        "kind": kind,
        "find": text,
        "empty": EmptyState(
            title=_("No movements here"),
            text=_("Points show here as soon as this member earns or spends some.") if not (kind or text) else "",
            icon="coins",
        ),
    }


def _asked(request: HttpRequest) -> tuple[str, str]:
    kind = request.GET.get("kind", "")
    return (kind if kind in statement.KINDS else ""), request.GET.get("find", "").strip()


@on_desk
def export(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponseBase:
    """The statement as a file, narrowed like the page."""
    member = members.get(desk.conn, desk.program_id, member_id)
    kind, text = _asked(request)
    wallet = member_wallets.chosen(request, desk)
    found = ledger.lines(
        desk.conn,
        people.account_of(desk, member_id),
        wallet=wallet,
        limit=_EXPORT_MAX,
        movements=statement.KINDS.get(kind),
        text=text,
    )
    desk.note("statement-exported", member=str(member_id))
    told = zip(statement.rows(desk, wallet, found), found, strict=True)
    rows = [[*row, statement.plain(desk, wallet, line.balance_points)] for row, line in told]
    return csv_export.answer(f"{wallet.code}-{member.member_id}", [*statement.head(), _("Balance")], rows)


def _orders(desk: Desk, member_id: UUID) -> dict[str, object]:
    found = activities.member_purchases(desk.conn, member_id, limit=_ORDERS)
    glance = metrics.last_orders(desk.conn, [member_id]).get(member_id)
    note = ""
    if glance is not None:
        text = ngettext("%(count)s order, %(net)s in all", "%(count)s orders, %(net)s in all", glance.orders)
        note = text % {"count": write.number(glance.orders), "net": desk.amount(glance.net_minor, whole=True)}
    return {
        "lines": [order_line(desk, purchase) for purchase in found],
        "note": note,
        "empty": EmptyState(title=_("No orders yet"), icon="receipt-text"),
    }


def order_line(desk: Desk, purchase: activities.Purchase) -> LedgerLine:
    """An order that opens to its lines and what each earned."""
    address = reverse("orders_show", args=[purchase.member_id, purchase.order_id])
    note = format_html('<a class="btn btn-sm" href="{}">{}</a>', address, _("Open, or take a return"))
    return LedgerLine(
        when=desk.moment(purchase.occurred_at),
        what=purchase.external_id,
        reference=" · ".join(_places(desk, purchase)),
        points=write.signed(purchase.award_points),
        is_credit=purchase.award_points > 0,
        balance=desk.amount(purchase.total_minor),
        reasons=[
            Reason(text=f"{line_name(line)} · {desk.amount(line.amount_minor)}", points=write.signed(line.points))
            for line in activities.lines(desk.conn, purchase)
        ],
        note=note,
    )


def line_name(line: activities.PurchaseLine) -> str:
    """What was bought, and how many."""
    name = line.title or line.sku or line.line_id
    return f"{name} × {line.quantity}" if line.quantity > 1 else name


def _places(desk: Desk, purchase: activities.Purchase) -> Iterator[str]:
    if purchase.store or purchase.channel:
        yield purchase.store or member_forms.channel_name(purchase.channel)
    if purchase.returned_minor:
        yield _("%(amount)s returned") % {"amount": desk.amount(purchase.returned_minor)}


def identifiers(member: members.Member, *, is_open: bool = False) -> Facts:
    """What the member is found by, masked unless `is_open`."""
    rows: dict[str, Any] = {}
    for one in member.identifiers:
        name, value = people.kind_name(one.kind), one.value if is_open else people.mask(one)
        rows[name] = f"{rows[name]}, {value}" if name in rows else value  # a merge brings a second one of a kind
    return Facts(rows=rows)


def _profile(desk: Desk, member: members.Member) -> Facts:
    return Facts(
        rows={
            _("Birthday"): write.day(member.birth_on) if member.birth_on else "–",
            _("Language"): {"en": "English", "zh": "简体中文"}[member.language],
            _("Joined through"): member_forms.channel_name(member.channel) or "–",
            _("Terms accepted"): _("version %(number)s on %(day)s")
            % {"number": member.terms_version, "day": desk.local_day(member.enrolled_at)},
            _("Segments"): segments.of_member(desk, member.member_id) or "–",
        }
    )


def offers(desk: Desk, member_id: UUID) -> list[dict[str, object]]:
    """The catalogue as this member sees it, in the reader's language."""
    return member_forms.offers(desk, flows.offers(desk.conn, desk.plan, member_id, at=desk.at))
