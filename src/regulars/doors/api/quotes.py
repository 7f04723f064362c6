"""Quotes: what a basket costs and would earn; nothing is written."""

from typing import Any

from regulars import flows
from regulars.flows import answers
from regulars.records import activities

from . import samples
from .asked import QuoteAsked
from .call import Answer, Call, Operation
from .orders import in_utc, lines
from .quote_tells import QuoteTold


def quote(call: Call, asked: QuoteAsked) -> Answer:
    """POST /v1/quotes."""
    as_of = in_utc(asked.as_of, "/as_of") if asked.as_of else call.at
    order = activities.Order(
        source="quote",
        external_id="quote",
        currency=asked.currency,
        total_minor=asked.total_minor,
        occurred_at=as_of,
        lines=lines(asked.lines, asked.total_minor),
        points_paid_minor=asked.points_paid_minor,
        store=asked.store,
        channel=asked.channel,
    )
    found = flows.quote_order(
        call.conn,
        call.plan,
        order,
        asked.member_id,
        at=call.at,
        typed=asked.coupons,
        with_member_price=asked.with_member_price,
        asked_by=call.key.actor.code,
    )
    award, lot = found.decision.award, found.decision.lot
    content: dict[str, Any] = {
        "as_of": as_of.isoformat(timespec="seconds"),
        **found.price,
        "points": award.points,
        "eligible_minor": award.eligible_minor,
        "usable_on": answers.day(lot.active_on),
        "expires_on": answers.day(lot.expires_on),
        "lines": _lines(order, found),
        "reasons": found.reasons,
        "effects": found.effects,
        "rewards": found.rewards,
        "wallets": [_wallet(call, further, found.language) for further in found.decision.further],
    }
    return Answer(status=200, content=content)


def _lines(order: activities.Order, found: flows.Quoted) -> list[dict[str, Any]]:
    award = found.decision.award
    told = zip(order.lines, found.basket.order.lines, award.line_eligible_minor, award.line_points, strict=True)
    return [
        {
            "line_id": line.line_id,
            "amount_minor": paid.amount_minor,
            "discount_minor": line.amount_minor - paid.amount_minor,
            "eligible_minor": eligible,
            "points": points,
        }
        for line, paid, eligible, points in told
    ]


def _wallet(call: Call, further: flows.Further, language: str) -> dict[str, Any]:
    wallet = call.plan.wallets[further.wallet_id]
    return {
        "wallet": wallet.code,
        "points": further.award.points,
        "usable_on": answers.day(further.lot.active_on),
        "expires_on": answers.day(further.lot.expires_on),
        "reasons": answers.award_reasons(call.plan, further.award, wallet, language),
    }


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/quotes",
        tag="Quotes",
        summary="Evaluate a basket",
        description=(
            "What it costs with the member price of the tier, coupons and points: the cheapest way the coupons allow, "
            "and for each that is not taken what it lost to. Points by line, the reasons (or why there are none), what "
            "the tier would become and which rewards can be had. Nothing is written. `as_of` evaluates another day."
        ),
        run=quote,
        asks=QuoteAsked,
        tells=QuoteTold,
        sample=samples.QUOTE,
        example=samples.QUOTE_TOLD,
        problems=(
            "validation-failed",
            "total-mismatch",
            "unknown-currency",
            "currency-mismatch",
            "not-found",
            "too-many-coupons",
            "rate-limited",
        ),
        body_bytes_max=4096 * 1024,
    ),
)
