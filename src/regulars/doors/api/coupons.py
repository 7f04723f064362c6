"""Coupons at the till: looked at, set aside for a basket, passed on; and a member's wallet of them."""

from typing import Any

from regulars import flows
from regulars.program import coupons
from regulars.records import access

from . import coupon_samples as samples
from .call import Answer, Call, Operation, flaw, one_of
from .coupon_asks import CouponCheckAsked, CouponTransferAsked, ReservationAsked, ReservationReleaseAsked
from .coupon_tells import CheckTold, CouponTold, MemberCouponsTold, ReservationsTold, ReservationTold
from .orders import lines
from .refusals import Invalid
from .samples import MEMBER_ID


def check(call: Call, asked: CouponCheckAsked) -> Answer:
    """POST /v1/coupons/check."""
    found = flows.check_coupon(
        call.conn,
        call.plan,
        asked.code,
        asked_by=call.key.actor.code,
        at=call.at,
        member_id=asked.member_id,
        client=asked.client,
        lines=lines(asked.lines, asked.total_minor) if asked.lines or asked.total_minor else (),
        store=asked.store,
        channel=asked.channel,
    )
    if asked.uniform and found.why is not None:
        return Answer(status=200, content=_not_valid(call, found.language))
    return Answer(status=200, content=_checked(call, found))


def _not_valid(call: Call, language: str) -> dict[str, Any]:
    """The same for every coupon that is not taken: whoever asks learns nothing of which exist."""
    words = flows.coupon_words(call.plan, coupons.Why(code="not-valid"), language)
    return {
        "valid": False, "reason": "not-valid", "text": words, "code": "", "pool": None, "name": "", "gives": "",
        "ends_on": None, "discount_minor": None,
    }  # fmt: skip


def _checked(call: Call, found: flows.Checked) -> dict[str, Any]:
    pool, coupon, why = found.looked.pool, found.looked.coupon, found.why
    name, gives = flows.coupon_gives(call.plan, pool, found.language) if pool else ("", "")
    last = coupons.ends_on(pool, coupon) if pool and coupon else None
    return {
        "valid": why is None,
        "reason": why.code if why else None,
        "text": flows.coupon_words(call.plan, why, found.language) if why else "",
        "code": coupon.shown if coupon else found.looked.code,
        "pool": pool.code if pool else None,
        "name": name,
        "gives": gives,
        "ends_on": last.isoformat() if last else None,
        "discount_minor": found.price.off_minor(found.looked.code) if found.price else None,
    }


def reserve(call: Call, asked: ReservationAsked) -> Answer:
    """POST /v1/coupons/reservations."""
    done = flows.reserve_coupon(
        call.conn,
        call.plan,
        asked.member_id,
        asked.code,
        external_id=asked.reservation_id,
        asked_by=call.key.actor.code,
        at=call.at,
        minutes=asked.minutes,
    )
    is_replay = done.outcome == "replayed"
    return Answer(status=200 if is_replay else 201, content=done.answer, is_replay=is_replay)


def release(call: Call, asked: ReservationReleaseAsked) -> Answer:
    """POST /v1/coupons/reservations/{reservation_id}/release."""
    told = flows.release_coupons(call.conn, call.plan, asked.member_id, call.path["reservation_id"], at=call.at)
    return Answer(status=200, content={"reservations": told})


def transfer(call: Call, asked: CouponTransferAsked) -> Answer:
    """POST /v1/coupons/transfers."""
    coupon = flows.transfer_coupon(
        call.conn, call.plan, asked.from_member, asked.to_member, asked.code, by=call.key.actor.name, at=call.at
    )
    pools = coupons.steady(call.conn, call.program_id, [coupon.pool_id])
    return Answer(status=200, content=told(pools[coupon.pool_id], coupon))


def told(pool: coupons.Pool, coupon: coupons.Coupon) -> dict[str, Any]:
    """A coupon as the API tells it."""
    last = coupons.ends_on(pool, coupon)
    return {
        "code": coupon.shown,
        "pool": pool.code,
        "member_id": str(coupon.member_id) if coupon.member_id else None,
        "ends_on": last.isoformat() if last else None,
    }


def of_member(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/coupons."""
    language = one_of(call, "language", ("", "en", "zh"), "")
    found = flows.member_coupons(call.conn, call.plan, call.path_id("member_id"), at=call.at, language=language)
    state = call.query.get("state", "")
    if state not in ("", "usable"):
        raise Invalid("state is usable, or left out.", flaws=[flaw("/query/state")])
    shown = [one for one in found if not state or one["state"] == state]
    return Answer(status=200, content={"coupons": shown})


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/coupons/check",
        tag="Coupons",
        summary="Look at a coupon",
        description=(
            "Whether a code is good for this member, here and now, and for the basket that is sent; if not, why. "
            "Nothing is set aside. Ten wrong codes within ten minutes of one member or device (of the key, where "
            "neither is named) are followed by 429."
        ),
        run=check,
        asks=CouponCheckAsked,
        tells=CheckTold,
        sample=samples.CHECK,
        example=samples.CHECK_TOLD,
        statuses={200: "Looked at."},
        problems=("coupon-malformed", "rate-limited", "not-found"),
        body_bytes_max=4096 * 1024,
        name="code",
    ),
    Operation(
        method="POST",
        path="/v1/coupons/reservations",
        tag="Coupons",
        summary="Set a coupon aside",
        description=(
            "For a basket that is not paid yet: nobody else can use it until its order names it, it is released, or "
            "the minutes are over. Once for each `reservation_id` and code."
        ),
        run=reserve,
        asks=ReservationAsked,
        tells=ReservationTold,
        sample=samples.RESERVATION,
        example=samples.RESERVATION_TOLD,
        statuses={201: "Set aside.", 200: "Set aside before."},
        problems=(
            "coupon-malformed", "coupon-unknown", "coupon-expired", "coupon-used", "coupon-not-available",
            "coupon-limit-reached", "quantity-out-of-range", "rate-limited", "not-found", "member-frozen",
            "member-erased", "campaign-paused", "budget-exhausted",
        ),
        name="reservation_id",
    ),
    Operation(
        method="POST",
        path="/v1/coupons/reservations/{reservation_id}/release",
        tag="Coupons",
        summary="Release coupons",
        description="The basket will not be paid: what was set aside for it is free again. Twice is once.",
        run=release,
        asks=ReservationReleaseAsked,
        tells=ReservationsTold,
        sample={"member_id": MEMBER_ID},
        example={"reservations": [{**samples.RESERVATION_TOLD, "state": "released"}]},
        statuses={200: "Free again, now or before."},
        problems=("not-found",),
        name="reservation_id",
    ),
    Operation(
        method="POST",
        path="/v1/coupons/transfers",
        tag="Coupons",
        summary="Pass a coupon on",
        description="To another member, where its pool allows that. The same again is as before.",
        run=transfer,
        asks=CouponTransferAsked,
        tells=CouponTold,
        sample=samples.TRANSFER,
        example={**samples.COUPON, "member_id": samples.TRANSFER["to_member"]},
        statuses={200: "It is theirs, now or before."},
        problems=(
            "coupon-malformed", "coupon-unknown", "coupon-not-transferable", "not-found", "member-frozen",
            "member-erased",
        ),
        name="code",
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}/coupons",
        tag="Coupons",
        summary="Show a member's coupons",
        description="All of them, what each gives, until when, and whether it can be used now; if not, why.",
        run=of_member,
        tells=MemberCouponsTold,
        scope=access.Scope.CHECKOUT,
        example={"coupons": [samples.MEMBER_COUPON]},
        problems=("not-found", "validation-failed"),
    ),
)  # fmt: skip
