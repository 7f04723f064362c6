"""Pools of coupons: their terms, states, history and figures; codes made, brought in and issued."""

from typing import Any

import msgspec

from regulars import flows
from regulars.kit.errors import Flaw
from regulars.program import coupons
from regulars.records import access

from . import coupon_samples as samples
from .call import Answer, Call, Operation, flaw
from .coupon_asks import BenefitAsked, IssueAsked, PoolAsked, PoolBatchAsked, PoolCodesAsked, PoolStateAsked
from .coupon_tells import BatchTold, ImportedTold, IssuedTold, PoolPageTold, PoolsTold, PoolTold
from .coupons import told as told_coupon
from .refusals import Invalid
from .samples import MEMBER_ID

_ELSEWHERE = {"pool", "version", "public_code", "campaign_id", "benefit", "name", "description"}


def show_all(call: Call, _: None) -> Answer:
    """GET /v1/coupon-pools."""
    figures = coupons.figures(call.conn, call.program_id)
    found = coupons.pools(call.conn, call.program_id)
    return Answer(status=200, content={"pools": [_told(call, pool, figures.get(pool.pool_id)) for pool in found]})


def show(call: Call, _: None) -> Answer:
    """GET /v1/coupon-pools/{pool}."""
    pool = _pool(call)
    content = _with_figures(call, pool)
    content["history"] = [
        {
            "version": one.version,
            "at": one.at.isoformat(timespec="seconds"),
            "by": one.by,
            "fields": {name: list(pair) for name, pair in one.fields.items()},
        }
        for one in coupons.history(call.conn, pool)
    ]
    content["batches"] = [_batch(one) for one in coupons.batches(call.conn, pool)]
    return Answer(status=200, content=content)


def _pool(call: Call) -> coupons.Pool:
    return coupons.pool(call.conn, call.program_id, call.path["pool"])


def _with_figures(call: Call, pool: coupons.Pool) -> dict[str, Any]:
    figures = coupons.figures(call.conn, call.program_id, pool_id=pool.pool_id)
    return _told(call, pool, figures.get(pool.pool_id))


def _told(call: Call, pool: coupons.Pool, figures: coupons.Figures | None) -> dict[str, Any]:
    found = figures or coupons.Figures()
    is_public = pool.terms.codes == "public"
    return {
        "pool": pool.code,
        "state": pool.state.value,
        "version": pool.version,
        "campaign_id": pool.campaign_id,
        "terms": msgspec.to_builtins(pool.terms),
        "gives": flows.coupon_gives(call.plan, pool, call.plan.program.language)[1],
        "figures": {
            "stock": found.stock,
            "issued": found.issued,
            "reserved": found.reserved,
            "used": found.used,
            "redemption_rate": None if is_public or found.rate is None else round(found.rate, 4),
            "discount_minor": found.discount_minor,
        },
    }


def _batch(one: coupons.Batch) -> dict[str, Any]:
    return {
        "batch_id": one.external_id,
        "kind": one.kind,
        "wanted": one.wanted,
        "made": one.made,
        "is_done": one.is_done,
        "asked_at": one.asked_at.isoformat(timespec="seconds"),
        "asked_by": one.asked_by,
    }


def save(call: Call, asked: PoolAsked) -> Answer:
    """POST /v1/coupon-pools: a new pool, or other terms of the one with this name."""
    known = {pool.code: pool for pool in coupons.pools(call.conn, call.program_id)}.get(asked.pool)
    wanted = coupons.new(
        call.program_id,
        asked.pool,
        _terms(asked),
        state=known.state if known else coupons.PoolState.DRAFT,
        campaign_id=asked.campaign_id,
    )
    saved = flows.save_pool(
        call.conn, call.plan, wanted, version=asked.version, public_code=asked.public_code,
        by=call.key.actor.name, at=call.at,
    )  # fmt: skip
    is_same = known is not None and known.version == saved.version
    return Answer(status=200 if known else 201, content=_with_figures(call, saved), is_replay=is_same)


def _terms(asked: PoolAsked) -> coupons.Terms:
    given = {name: getattr(asked, name) for name in asked.__struct_fields__ if name not in _ELSEWHERE}
    if asked.uses_max is msgspec.UNSET:
        given["uses_max"] = None if asked.codes == "public" else 1
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return coupons.Terms(
        name=_texts(asked.name),
        description=_texts(asked.description),
        benefit=_benefit(asked.benefit),
        **{**given, **lists},
    )


def _texts(name: Any) -> dict[str, str]:
    told: dict[str, str] = msgspec.to_builtins(name) if name else {}
    return {language: words for language, words in told.items() if words}


def _benefit(asked: BenefitAsked) -> coupons.Benefit:
    """The benefit; a factor that is no part of 1 (8.5 or 85, say) is refused, never read as a discount."""
    if asked.kind == "member_price" and not 0 < asked.factor < 1:
        wrong = Flaw(pointer="/benefit/factor", code="coupon-pool-invalid", detail="not between 0 and 1")
        raise coupons.PoolInvalid(
            "A member price is a factor between 0 and 1: 8.5折 is 0.85, of which the member pays 85 %.", flaws=[wrong]
        )
    return coupons.Benefit(
        kind=asked.kind,
        amount_minor=asked.amount_minor if asked.kind == "amount" else 0,
        percent=asked.percent if asked.kind == "percent" else 0,
        pay_bp=round(asked.factor * coupons.WHOLE_BP) if asked.kind == "member_price" else 0,
        discount_max_minor=asked.discount_max_minor,
        sku=asked.sku,
        gift=_texts(asked.gift),
    )


def set_state(call: Call, asked: PoolStateAsked) -> Answer:
    """POST /v1/coupon-pools/{pool}/state."""
    before = _pool(call)
    state = coupons.PoolState(asked.state)
    after = coupons.set_state(call.conn, before, state, by=call.key.actor.name, at=call.at)
    return Answer(status=200, content=_with_figures(call, after), is_replay=after.version == before.version)


def make(call: Call, asked: PoolBatchAsked) -> Answer:
    """POST /v1/coupon-pools/{pool}/batches."""
    batch, is_new = flows.ask_batch(
        call.conn,
        call.plan,
        _pool(call),
        external_id=asked.batch_id,
        by=call.key.actor.name,
        at=call.at,
        wanted=asked.count,
    )
    return Answer(status=202 if is_new else 200, content=_batch(batch), is_replay=not is_new)


def bring_in(call: Call, asked: PoolCodesAsked) -> Answer:
    """POST /v1/coupon-pools/{pool}/codes."""
    pool = _pool(call)
    today = call.plan.program.local_date(call.at)
    new, wrong = coupons.bring_in(call.conn, pool, asked.codes, at=call.at, today=today)
    known = len(asked.codes) - len(wrong) - new
    return Answer(status=200, content={"new": new, "known": known, "malformed": wrong})


def issue(call: Call, asked: IssueAsked) -> Answer:
    """POST /v1/coupon-pools/{pool}/issues."""
    if (asked.member_id is None) == (asked.condition is None):
        raise Invalid("Name a member or a condition, one of the two.", flaws=[flaw("/member_id")])
    pool = _pool(call)
    if asked.member_id is not None:
        done = flows.issue_coupon(call.conn, call.plan, pool, asked.member_id, issue_id=asked.issue_id, at=call.at)
        content = {"coupon": told_coupon(pool, done.coupon), "batch": None}
        return Answer(status=201 if done.is_new else 200, content=content, is_replay=not done.is_new)
    batch, is_new = flows.ask_batch(
        call.conn,
        call.plan,
        pool,
        external_id=asked.issue_id,
        by=call.key.actor.name,
        at=call.at,
        condition=asked.condition or "true",
    )
    content = {"coupon": None, "batch": _batch(batch)}
    return Answer(status=202 if is_new else 200, content=content, is_replay=not is_new)


_ADMIN = access.Scope.ADMIN
OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/coupon-pools",
        tag="Coupon pools",
        summary="Show the pools",
        description="Every pool with its terms and what became of its coupons; the latest first.",
        run=show_all,
        tells=PoolsTold,
        scope=_ADMIN,
        example={"pools": [samples.POOL_TOLD]},
    ),
    Operation(
        method="GET",
        path="/v1/coupon-pools/{pool}",
        tag="Coupon pools",
        summary="Show a pool",
        description="With its history (who changed what, from what to what) and how far its batches are.",
        run=show,
        tells=PoolPageTold,
        scope=_ADMIN,
        example=samples.POOL_PAGE,
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/coupon-pools",
        tag="Coupon pools",
        summary="Save a pool",
        description=(
            "A new pool (a draft), or all terms of the one with this name: what is left out takes its default. Send "
            "the `version` you looked at, so that nobody's change is overwritten."
        ),
        run=save,
        asks=PoolAsked,
        tells=PoolTold,
        scope=_ADMIN,
        sample=samples.POOL,
        example={**samples.POOL_TOLD, "state": "draft", "version": 1},
        statuses={201: "A new pool.", 200: "Its terms were changed, or were so already."},
        problems=("coupon-pool-invalid", "coupon-pool-changed", "coupon-malformed", "forbidden"),
        name="pool",
    ),
    Operation(
        method="POST",
        path="/v1/coupon-pools/{pool}/state",
        tag="Coupon pools",
        summary="Start, pause or end a pool",
        description="At once: an order that uses one of its coupons either committed before, or is refused.",
        run=set_state,
        asks=PoolStateAsked,
        tells=PoolTold,
        scope=_ADMIN,
        sample={"state": "live"},
        example=samples.POOL_TOLD,
        statuses={200: "So it is, now or before."},
        problems=("not-found", "coupon-pool-changed", "forbidden"),
        name="pool",
    ),
    Operation(
        method="POST",
        path="/v1/coupon-pools/{pool}/batches",
        tag="Coupon pools",
        summary="Make codes",
        description="Up to ten million, once for each `batch_id`. A job makes them; the pool says how far it is.",
        run=make,
        asks=PoolBatchAsked,
        tells=BatchTold,
        scope=_ADMIN,
        sample={"batch_id": "print-1", "count": 1000000},
        example={**samples.BATCH_TOLD, "made": 0},
        statuses={202: "They are being made.", 200: "Asked for before."},
        problems=("not-found", "coupon-pool-invalid", "forbidden"),
        name="batch_id",
    ),
    Operation(
        method="POST",
        path="/v1/coupon-pools/{pool}/codes",
        tag="Coupon pools",
        summary="Bring codes in",
        description="Codes that others made, up to 10,000 at once. The same codes again are known already.",
        run=bring_in,
        asks=PoolCodesAsked,
        tells=ImportedTold,
        scope=_ADMIN,
        sample={"codes": ["PARTNER-0001", "PARTNER-0002"]},
        example={"new": 2, "known": 0, "malformed": []},
        statuses={200: "Taken in."},
        problems=("not-found", "forbidden"),
        body_bytes_max=4096 * 1024,
        name="pool",
    ),
    Operation(
        method="POST",
        path="/v1/coupon-pools/{pool}/issues",
        tag="Coupon pools",
        summary="Issue coupons",
        description=(
            "To one member, at once; or to every member of a condition, by a job. Nobody gets two by one `issue_id`."
        ),
        run=issue,
        asks=IssueAsked,
        tells=IssuedTold,
        scope=_ADMIN,
        sample={"issue_id": "birthday-2026", "member_id": MEMBER_ID},
        example={"coupon": samples.COUPON, "batch": None},
        statuses={201: "Issued.", 202: "Being issued.", 200: "Issued or asked for before."},
        problems=(
            "not-found", "coupon-not-available", "coupon-pool-invalid", "coupons-sold-out", "rule-invalid",
            "rule-too-complex", "rule-too-expensive", "member-frozen", "member-erased", "forbidden",
            "campaign-paused", "budget-exhausted",
        ),
        name="issue_id",
    ),
)  # fmt: skip
