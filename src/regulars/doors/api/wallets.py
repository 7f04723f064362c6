"""Wallets: what a program counts, and money that is paid into one."""

from typing import Any
from uuid import UUID

import msgspec

from regulars import flows
from regulars.flows import answers
from regulars.kit import text
from regulars.records import access, ledger

from . import samples
from .asked import LoadAsked, WalletAsked
from .call import Answer, Call, Operation
from .wallet_tells import LoadTold, WalletSettingsTold, WalletsTold


def show(call: Call, _: None) -> Answer:
    """GET /v1/wallets."""
    return Answer(status=200, content={"wallets": [_told(wallet) for wallet in call.plan.wallets.values()]})


def save(call: Call, asked: WalletAsked) -> Answer:
    """POST /v1/wallets: a new wallet, or other settings of the one with this code."""
    known = {wallet.code: wallet for wallet in call.plan.wallets.values()}
    wallet = ledger.Wallet(
        program_id=call.program_id,
        wallet_id=known[asked.code].wallet_id if asked.code in known else 0,
        code=asked.code,
        kind=ledger.WalletKind(asked.kind),
        unit=asked.unit,
        expiry=msgspec.convert(msgspec.to_builtins(asked.expiry), ledger.Expiry),
        pending_days=asked.pending_days,
        waits_for_event=asked.waits_for_event,
        debt_policy=asked.debt_policy,
        debt_max_points=asked.debt_max_points,
        giving=msgspec.convert(msgspec.to_builtins(asked.giving), ledger.Giving) if asked.giving else None,
        point_value_micros=asked.point_value_micros,
    )
    is_same = known.get(asked.code) == wallet
    if not is_same:
        ledger.save_wallet(call.conn, wallet)
    return Answer(status=200 if asked.code in known else 201, content=_told(wallet), is_replay=is_same)


def _told(wallet: ledger.Wallet) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins(wallet)
    return {name: value for name, value in kept.items() if name not in {"program_id", "wallet_id"}}


def balances(call: Call, account_id: UUID, language: str) -> list[dict[str, Any]]:
    """What an account has in every wallet, and what it was told of coming ends."""
    today, currency = call.plan.program.local_date(call.at), call.plan.program.currency
    told = ledger.notices(call.conn, account_id, today=today)
    return [
        {
            "wallet": wallet.code,
            "kind": str(wallet.kind),
            "unit": text.pick(wallet.unit, language),
            "currency": currency if wallet.is_money else None,
            "balance": answers.balance_of(call.conn, call.plan, account_id, at=call.at, wallet=wallet),
            "notices": [
                {
                    "expires_on": notice.expires_on.isoformat(),
                    "points": notice.points,
                    "told_on": notice.told_on.isoformat(),
                }
                for notice in told
                if notice.wallet_id == wallet.wallet_id
            ],
        }
        for wallet in call.plan.wallets.values()
    ]


def load(call: Call, asked: LoadAsked) -> Answer:
    """POST /v1/members/{member_id}/wallets/{wallet}/loads."""
    done = flows.load_wallet(
        call.conn,
        call.plan,
        call.path_id("member_id"),
        call.path["wallet"],
        asked.amount_minor,
        reference=asked.reference,
        shown_reason=asked.reason,
        hidden_note=asked.note,
        actor=f"key:{call.key.hint}",
        at=call.at,
    )
    is_replay = done.outcome == "replayed"
    return Answer(status=200 if is_replay else 201, content=done.answer, is_replay=is_replay)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/wallets",
        tag="Wallets",
        summary="Show the wallets",
        description="What the program counts, with every setting. Where no wallet is named, the first one is meant.",
        run=show,
        tells=WalletsTold,
        scope=access.Scope.ADMIN,
        example={"wallets": [samples.WALLET_TOLD]},
    ),
    Operation(
        method="POST",
        path="/v1/wallets",
        tag="Wallets",
        summary="Save a wallet",
        description=(
            "A new wallet, or all settings of the one with this `code`: what is left out takes its default. What a "
            "wallet counts (`kind`) never changes, and points keep the dates they have. In wallets of money "
            "(`cashback`, `gift_card`) every number of points is an amount in minor units, worth exactly that."
        ),
        run=save,
        asks=WalletAsked,
        tells=WalletSettingsTold,
        scope=access.Scope.ADMIN,
        sample=samples.WALLET,
        example=samples.WALLET_TOLD,
        statuses={201: "A new wallet.", 200: "Its settings were changed, or were so already."},
        problems=("validation-failed", "forbidden"),
        name="code",
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/wallets/{wallet}/loads",
        tag="Wallets",
        summary="Pay money into a wallet",
        description=(
            "A gift card or a prepaid amount, once for each `reference`. It can be spent at once, with a hold like "
            "any other points. Orders paid with it earn: it is money. A wallet of the kind `gift_card` takes it."
        ),
        run=load,
        asks=LoadAsked,
        tells=LoadTold,
        scope=access.Scope.ADMIN,
        sample=samples.LOAD,
        example=samples.LOAD_TOLD,
        statuses={201: "Paid in.", 200: "Paid in before."},
        problems=(
            "unknown-wallet", "wallet-not-loadable", "amount-out-of-range", "event-conflict", "not-found",
            "member-frozen", "member-erased", "forbidden",
        ),
        name="reference",
    ),
)  # fmt: skip
