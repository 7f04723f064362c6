"""What the shop is told: answers as plain data, kept so that the same question gets the same answer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.kit import ids, text
from regulars.kit.clock import EVER
from regulars.kit.db import Conn
from regulars.program import earning, tiers
from regulars.records import activities, ledger, members

from .deciding import Decision, State
from .plan import Plan
from .use_coupons import UsedCoupon
from .use_coupons import told as told_coupons


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A decided order that an answer is made for; `state` is how the batch left the member."""

    purchase: activities.Purchase
    decision: Decision
    state: State
    coupons: Sequence[UsedCoupon] = ()


def member_key(program_id: int, identifier: members.Identifier) -> UUID:
    """What an order of a member nobody knows waits for."""
    return ids.key_of(program_id, "member", identifier.kind, identifier.value)


def as_body(content: Any) -> Mapping[str, Any]:
    """Plain data that can be kept and read back."""
    body: Mapping[str, Any] = msgspec.to_builtins(content)
    return body


def with_answer(purchase: activities.Purchase, answer: Mapping[str, Any]) -> activities.Purchase:
    """The order with the answer that will be told again."""
    return replace(purchase, answer=answer)


def orders(conn: Conn, plan: Plan, told: Sequence[Told], *, today: date) -> dict[UUID, Mapping[str, Any]]:
    """The answer to each order: points, balance, tier, reasons in the member's language, effects."""
    keepers = list({t.purchase.account_id for t in told})
    balances = ledger.all_balances(conn, keepers, wallets=plan.wallets, today=today)
    found: dict[UUID, Mapping[str, Any]] = {}
    for one in told:
        member_id = one.purchase.member_id
        standing = one.state.standing
        progress = tiers.progress(plan.ladder, one.state.holding, one.state.tallies, today, standing.enrolled_on)
        language = one.state.standing.language
        found[one.purchase.order_id] = {
            "order_id": one.purchase.external_id,
            **_again(one.purchase),
            "member_id": str(member_id),
            "status": "recorded",
            "points": one.purchase.award_points,
            "pending": one.decision.lot.active_on > today,
            "usable_on": day(one.decision.lot.active_on),
            "expires_on": day(one.decision.lot.expires_on),
            "eligible_minor": one.purchase.eligible_minor,
            "points_paid": one.purchase.burned_points,
            "balance": balance(balances[plan.wallet.wallet_id][one.purchase.account_id]),
            "wallets": [
                {
                    "wallet": plan.wallets[further.wallet_id].code,
                    "points": further.award.points,
                    "usable_on": day(further.lot.active_on),
                    "expires_on": day(further.lot.expires_on),
                    "balance": balance(balances[further.wallet_id][one.purchase.account_id]),
                }
                for further in one.decision.further
            ],
            "tier": tier(progress, language),
            "reasons": reasons(plan, one.decision, language),
            "effects": effects(plan, one.decision, language),
            "coupons": told_coupons(one.coupons, language=language),
            "warnings": [],
        }
    return found


def _again(purchase: activities.Purchase) -> dict[str, int]:
    """Of an order that was completed again: the how manyth time it is."""
    return {"generation": purchase.generation} if purchase.generation > 1 else {}


def balance_of(
    conn: Conn, plan: Plan, account_id: UUID, *, at: datetime, wallet: ledger.Wallet | None = None
) -> dict[str, Any]:
    """What an account has in a wallet now, as the API tells it; the first wallet when none is named."""
    today = plan.program.local_date(at)
    return balance(ledger.balances(conn, [account_id], wallet=wallet or plan.wallet, today=today)[account_id])


def balance(found: ledger.Balance) -> dict[str, Any]:
    """A balance as the API tells it."""
    return {
        "available": found.spendable,
        "pending": found.pending,
        "waiting": found.waiting,
        "held": found.held,
        "debt": found.debt,
        "expiring": [{"expires_on": on.isoformat(), "points": points} for on, points in found.expiring],
        "activating": [{"usable_on": on.isoformat(), "points": points} for on, points in found.activating],
    }


def tier(progress: tiers.Progress, language: str) -> dict[str, Any]:
    """A member's place on the ladder as the API tells it."""
    return {
        "id": progress.tier.tier_id,
        "name": text.pick(progress.tier.name, language),
        "reached": progress.reached,
        "next": text.pick(progress.next_tier.name, language) if progress.next_tier else None,
        "missing": progress.missing,
        "review_on": progress.review_on.isoformat() if progress.review_on else None,
        "needed_to_keep": progress.kept_by if progress.review_on else 0,
    }


def reasons(plan: Plan, decision: Decision, language: str) -> list[dict[str, Any]]:
    """Why these points, or why none: code, parameters and a sentence each."""
    return award_reasons(plan, decision.award, plan.wallet, language)


def award_reasons(plan: Plan, award: earning.Award, wallet: ledger.Wallet, language: str) -> list[dict[str, Any]]:
    """Why a purchase earns what it earns in one wallet."""
    currency = plan.program.currency
    if award.none is not None:
        code, params = award.none
        sentence = ledger.none_sentence(code, params, language=language, currency=currency)
        return [{"code": code, "points": 0, "params": dict(params), "text": sentence}]
    return [
        {
            "code": part.reason["code"],
            "points": part.points,
            "params": {k: v for k, v in part.reason.items() if k not in {"code", "points"}},
            "text": ledger.part_sentence(part.reason, language=language, currency=currency, wallet=wallet),
        }
        for part in award.parts
    ]


def effects(plan: Plan, decision: Decision, language: str) -> list[dict[str, Any]]:
    """What the shop may act on: tiers that were reached; of further sets, which one."""
    found = []
    for move in decision.moves:
        ladder = next(one for one in plan.ladders if one.ladder_id == move.ladder_id)
        reached = ladder.tier(move.to_tier_id)
        effect = {"type": "tier.upgraded", "tier": reached.tier_id, "name": text.pick(reached.name, language)}
        found.append(effect if ladder.is_main else {**effect, "tier_set": ladder.code})
    return found


def order_again(purchase: activities.Purchase) -> dict[str, Any]:
    """The answer to the repeat of an order that came by an import: what is known of it, without a balance."""
    return {
        "order_id": purchase.external_id,
        **_again(purchase),
        "member_id": str(purchase.member_id),
        "status": "recorded",
        "points": purchase.award_points,
        "usable_on": day(purchase.active_on),
        "expires_on": day(purchase.expires_on),
        "eligible_minor": purchase.eligible_minor,
        "points_paid": purchase.burned_points,
        "warnings": [],
    }


def day(on: date) -> str | None:
    """A day as the API tells it; none for always, for never, and for what waits for an event."""
    return on.isoformat() if EVER < on < ledger.WAITING else None
