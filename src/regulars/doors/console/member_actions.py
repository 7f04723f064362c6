"""What a person does for a member: adjust, redeem, freeze, correct, reveal. Each once per form, each confirmed in
numbers. Every form is a sheet on the member's page and has a page of its own, which shows what was wrong."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import format as write
from regulars.doors.console import member, member_wallets, once, people, refusals
from regulars.doors.console.desk import Desk, keep_what_stands, on_desk, wrong
from regulars.doors.console.member_forms import AdjustForm, EditForm, RedeemForm, counted, effect
from regulars.kit.errors import Kind, Refusal
from regulars.records import ledger, members


def _spendable(desk: Desk, member_id: UUID, wallet: ledger.Wallet | None = None) -> int:
    account_id = people.account_of(desk, member_id)
    found = ledger.balances(desk.conn, [account_id], wallet=wallet or desk.plan.wallet, today=desk.today)
    return found[account_id].spendable


@on_desk
def adjust(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Add or take points."""
    who = members.get(desk.conn, desk.program_id, member_id)
    form = AdjustForm(desk, request.POST or None, wallet=member_wallets.chosen(request, desk))
    if request.method == "POST" and form.is_valid():
        done = _attempt(desk, form, lambda: _adjust(request, desk, member_id, form))
        if done is not None:
            return done
    return _form_page(request, who, _("Adjust points"), form, "console/member_adjust_form.html")


def _adjust(request: HttpRequest, desk: Desk, member_id: UUID, form: AdjustForm) -> HttpResponse:
    points: int = form.cleaned_data["points"]
    wallet = desk.plan.wallet_of(form.cleaned_data.get("wallet", ""))
    asked = flows.ask_adjustment(
        desk.conn,
        desk.plan,
        member_id,
        points,
        by=desk.actor,
        shown_reason=form.cleaned_data["shown_reason"],
        hidden_note=form.cleaned_data["hidden_note"],
        reference=form.cleaned_data["token"],
        at=desk.at,
        wallet_code=wallet.code,
    )
    left = desk.counted(wallet, _spendable(desk, member_id, wallet))
    if asked.is_pending:
        messages.warning(
            request, _("This is above your limit: no points moved. It waits until a second person approves it.")
        )
        desk.note("adjustment-asked", member=str(member_id), points=points)
    elif asked.is_replay:
        messages.info(
            request, _("This was recorded before; nothing moved twice. %(left)s can be used.") % {"left": left}
        )
    else:
        text = _("%(points)s points were added.") if points > 0 else _("%(points)s points were taken.")
        if wallet is not desk.plan.wallet:
            text = _("%(points)s %(unit)s were added.") if points > 0 else _("%(points)s %(unit)s were taken.")
        text += " " + _("%(left)s can be used now.")
        facts = {"points": desk.counted(wallet, abs(points)), "unit": desk.say(wallet.unit), "left": left}
        messages.success(request, text % facts)
        desk.note("points-adjusted", member=str(member_id), wallet=wallet.code, points=points)
    page = reverse("members_show", args=[member_id])
    return redirect(page if wallet is desk.plan.wallet else f"{page}?wallet={wallet.code}")


@on_desk
def adjust_effect(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """A fragment: what so many points would do; 422 for what is no number."""
    members.get(desk.conn, desk.program_id, member_id)
    try:
        wallet = desk.plan.wallet_of(request.GET.get("wallet", ""))
    except ledger.WalletUnknown as refused:
        raise Http404 from refused
    try:
        points = counted(desk, wallet, Decimal(request.GET.get("points", "")))
    except InvalidOperation:
        points = None
    if points is None:
        text = _("Type a whole number to see the effect.")
        return render(request, "console/effect.html", {"text": text}, status=422)
    return render(
        request, "console/effect.html", {"text": effect(desk, wallet, _spendable(desk, member_id, wallet), points)}
    )


@on_desk
def redeem(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Spend points on a reward."""
    who = members.get(desk.conn, desk.program_id, member_id)
    form = RedeemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _attempt(desk, form, lambda: _redeem(request, desk, member_id, form))
        if done is not None:
            return done
    extra = {"offers": member.offers(desk, member_id), "redeem_token": once.token()}
    return _form_page(request, who, _("Redeem a reward"), form, "console/member_redeem_form.html", extra)


def _redeem(request: HttpRequest, desk: Desk, member_id: UUID, form: RedeemForm) -> HttpResponse:
    reward_id, price, money_minor = form.chosen()
    found = flows.redeem_reward(
        desk.conn,
        desk.plan,
        member_id,
        reward_id,
        external_id=f"console-{form.cleaned_data['token']}",
        at=desk.at,
        max_points=price,
        money_minor=money_minor,
        actor=desk.actor.name,
    )
    left = write.number(_spendable(desk, member_id))
    if found.outcome == "replayed":
        messages.info(
            request, _("This was recorded before; nothing moved twice. %(left)s can be used.") % {"left": left}
        )
    else:
        text = _("Redeemed for %(points)s points. Code: %(code)s. %(left)s points can be used now.")
        facts = {"points": write.number(found.redemption.points), "code": found.redemption.code, "left": left}
        messages.success(request, text % facts)
        if found.redemption.money_minor:
            amount = desk.amount(found.redemption.money_minor)
            messages.warning(request, _("Collect %(amount)s: that is the part in money.") % {"amount": amount})
        desk.note("reward-redeemed", member=str(member_id), reward=str(reward_id))
    return redirect("members_show", member_id)


@on_desk
def edit(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Correct name and birthday."""
    who = members.get(desk.conn, desk.program_id, member_id)
    form = EditForm(request.POST or None, initial={"name": who.name, "birth_on": who.birth_on})
    if request.method == "POST" and form.is_valid():
        name, birth_on = form.cleaned_data["name"].strip(), form.cleaned_data["birth_on"]
        members.rectify(desk.conn, who, name=name, birth_on=birth_on)
        desk.note("member-corrected", member=str(member_id))
        messages.success(request, _("The profile was corrected. Orders from now on use it."))
        return redirect("members_show", member_id)
    return _form_page(request, who, _("Edit profile"), form, "console/member_edit_form.html")


@require_POST
@on_desk
def set_status(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Freeze a membership, or let it take part again."""
    who = members.get(desk.conn, desk.program_id, member_id)
    if who.status in {members.Status.ERASED, members.Status.MERGED}:
        messages.error(request, refusals.words(members.MemberErased("erased")))
    elif request.POST.get("status") == "frozen":
        members.set_status(desk.conn, desk.program_id, member_id, members.Status.FROZEN)
        messages.success(request, _("Frozen: nothing is earned or spent until you release it. The points stay."))
        desk.note("member-frozen", member=str(member_id))
    else:
        members.set_status(desk.conn, desk.program_id, member_id, members.Status.ACTIVE)
        messages.success(request, _("Released: this member earns and spends again."))
        desk.note("member-released", member=str(member_id))
    return redirect("members_show", member_id)


@require_POST
@on_desk
def reveal(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """A fragment with the identifiers in full. Who looked is written down."""
    who = members.get(desk.conn, desk.program_id, member_id)
    desk.note("identifiers-revealed", member=str(member_id))
    return render(request, "console/member_identifiers.html", {"identifiers": member.identifiers(who, is_open=True)})


def _attempt(desk: Desk, form: Form, act: Callable[[], HttpResponse]) -> HttpResponse | None:
    """Do it in a savepoint; a refusal undoes all of it and stands on the form."""
    try:
        with desk.conn.transaction():
            return act()
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise
        keep_what_stands(refusal, act)
        form.add_error(None, refusals.words(refusal))
        return None


def _form_page(
    request: HttpRequest,
    who: members.Member,
    title: str,
    form: Form,
    fields: str,
    extra: Mapping[str, object] | None = None,
) -> HttpResponse:
    page = render(
        request,
        "console/form_page.html",
        {
            "title": title,
            "back": reverse("members_show", args=[who.member_id]),
            "back_label": people.title_of(who),
            "member": who,
            "form": form,
            "fields": fields,
            **(extra or {}),
        },
    )
    return wrong(page) if form.errors else page
