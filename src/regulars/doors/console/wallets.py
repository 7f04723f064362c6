"""Wallets: what the program counts, what is outstanding in each, their settings with what they mean today."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from regulars.doors.console import refusals, wallet_words
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, Row, Table, badge
from regulars.doors.console.wallet_forms import WalletForm
from regulars.kit.errors import Refusal
from regulars.records import ledger


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every wallet with what is outstanding in it."""
    return render(
        request,
        "console/wallets.html",
        {
            "wallets": Table(
                caption=_("Wallets"),
                columns=[
                    Column(label=_("Wallet")),
                    Column(label=_("How it works")),
                    Column(label=_("Available"), end=True),
                    Column(label=_("Pending"), end=True),
                    Column(label=_("Owed"), end=True),
                    Column(label=_("Ends soon"), end=True),
                ],
                rows=[_row(desk, wallet) for wallet in desk.plan.wallets.values()],
            ),
            "can_add": len(desk.plan.wallets) < ledger.WALLETS_MAX,
        },
    )


def _row(desk: Desk, wallet: ledger.Wallet) -> Row:
    soon = desk.days_ahead(wallet.expiry.notice_days)
    found = ledger.outstanding(desk.conn, wallet=wallet, today=desk.today, soon=soon)
    first = badge(_("First wallet"), "accent") if wallet is desk.plan.wallet else ""
    return Row(
        href=reverse("wallets_edit", args=[wallet.code]),
        cells=[
            wallet_words.name(desk, wallet),
            format_html(
                '{} {}<div class="soft">{} {}</div>',
                badge(wallet_words.kind_names()[wallet.kind]),
                first,
                wallet_words.usable(desk, wallet),
                wallet_words.expiry(wallet.expiry),
            ),
            *(desk.counted(wallet, found[what]) for what in ("available", "pending", "debt", "ending")),
        ],
    )


@on_desk
def edit(request: HttpRequest, desk: Desk, code: str = "") -> HttpResponse:
    """One wallet, or a new one."""
    wallet = _wallet(desk, code)
    form = WalletForm(desk, wallet, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, desk, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    title = wallet_words.name(desk, wallet) if wallet else _("New wallet")
    example = reverse("wallets_example", args=[code]) if code else reverse("wallets_new_example")
    page = render(request, "console/wallets_edit.html", {"form": form, "title": title, "example": example})
    return wrong(page) if form.errors else page


def _wallet(desk: Desk, code: str) -> ledger.Wallet | None:
    if not code:
        return None
    for wallet in desk.plan.wallets.values():
        if wallet.code == code:
            return wallet
    raise Http404


def _save(request: HttpRequest, desk: Desk, form: WalletForm) -> HttpResponse:
    wanted = form.wanted()
    if form.wallet is None and wanted.code in {wallet.code for wallet in desk.plan.wallets.values()}:
        form.add_error("code", _("A wallet of this code is there already."))
        raise ledger.WalletInvalid("the code is taken")
    if wanted == form.wallet:
        messages.info(request, _("Nothing changed."))
        return redirect("wallets")
    with desk.conn.transaction():
        ledger.save_wallet(desk.conn, wanted)
    desk.note("wallet-saved", wallet=wanted.code)
    text = _("Saved. Points already earned keep the dates they have.")
    if form.wallet is None:
        text = _("The wallet is there. Aim an earning rule at it, and it fills.")
    messages.success(request, text)
    return redirect("wallets")


@on_desk
def example(request: HttpRequest, desk: Desk, code: str = "") -> HttpResponse:
    """A fragment: what the settings in the form mean for points earned today."""
    form = WalletForm(desk, _wallet(desk, code), request.GET)
    if not form.is_valid() and not set(form.errors) <= {"unit_en", "code"}:
        text = _("Fill in the days to see what it means.")
        return render(request, "console/effect.html", {"text": text}, status=422)
    form.cleaned_data = {"code": "new", "unit_en": "", "unit_zh": "", **form.cleaned_data}
    text = " ".join(wallet_words.examples(desk, form.wanted()))
    return render(request, "console/effect.html", {"text": text})
