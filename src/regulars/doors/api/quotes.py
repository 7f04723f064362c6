"""Quotes: what a basket would earn; nothing is written."""

from typing import Any

from regulars import flows
from regulars.flows import answers
from regulars.records import activities

from . import samples
from .asked import QuoteAsked
from .call import Answer, Call, Operation
from .orders import in_utc, lines
from .tells import QuoteTold


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
    )
    found = flows.quote_order(call.conn, call.plan, order, asked.member_id, at=call.at)
    award, lot = found.decision.award, found.decision.lot
    told = zip(order.lines, award.line_eligible_minor, award.line_points, strict=True)
    content: dict[str, Any] = {
        "as_of": as_of.isoformat(timespec="seconds"),
        "points": award.points,
        "eligible_minor": award.eligible_minor,
        "usable_on": answers.day(lot.active_on),
        "expires_on": answers.day(lot.expires_on),
        "lines": [
            {"line_id": line.line_id, "eligible_minor": eligible, "points": points} for line, eligible, points in told
        ],
        "reasons": found.reasons,
        "effects": found.effects,
        "rewards": found.rewards,
        "wallets": [
            {
                "wallet": call.plan.wallets[further.wallet_id].code,
                "points": further.award.points,
                "usable_on": answers.day(further.lot.active_on),
                "expires_on": answers.day(further.lot.expires_on),
                "reasons": answers.award_reasons(
                    call.plan, further.award, call.plan.wallets[further.wallet_id], found.language
                ),
            }
            for further in found.decision.further
        ],
    }
    return Answer(status=200, content=content)


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/quotes",
        tag="Quotes",
        summary="Evaluate a basket",
        description=(
            "Points by line, the reasons (or why there are none), what the tier would become and which rewards can "
            "be had. Nothing is written. `as_of` evaluates the rules of another day."
        ),
        run=quote,
        asks=QuoteAsked,
        tells=QuoteTold,
        sample=samples.QUOTE,
        example=samples.QUOTE_TOLD,
        problems=("validation-failed", "total-mismatch", "unknown-currency", "currency-mismatch", "not-found"),
        body_bytes_max=4096 * 1024,
    ),
)
