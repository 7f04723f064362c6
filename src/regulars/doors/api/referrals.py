"""Referrals: the terms, codes, whom members brought, and what a person must look at."""

from typing import Any

import msgspec

from regulars.flows import refer_friends
from regulars.program import referrals
from regulars.records import access, members

from . import referral_shapes as shapes
from .call import Answer, Call, Operation, Parameter, one_of

LISTED_MAX = 200
_OPEN = {referrals.State.JOINED: "joined", referrals.State.BOUGHT: "pending", referrals.State.KEPT: "rewarded"}


def show_terms(call: Call, _: None) -> Answer:
    """GET /v1/referral-terms."""
    return Answer(status=200, content={"terms": _terms(call.plan.referring)})


def save_terms(call: Call, asked: shapes.TermsAsked) -> Answer:
    """POST /v1/referral-terms."""
    kept = msgspec.structs.asdict(asked)
    wanted = referrals.Scheme(program_id=call.program_id, is_live=kept.pop("live"), **kept)
    is_changed = referrals.save(call.conn, wanted, by=call.key.actor.name, at=call.at)
    return Answer(status=200, content={"terms": _terms(wanted)}, is_replay=not is_changed)


def _terms(scheme: referrals.Scheme | None) -> dict[str, Any] | None:
    if scheme is None:
        return None
    kept: dict[str, Any] = msgspec.structs.asdict(scheme)
    kept.pop("program_id")
    return {"live": kept.pop("is_live"), **kept}


def issue(call: Call, asked: shapes.TraitsAsked) -> Answer:
    """POST /v1/members/{member_id}/referral-code: always the same one."""
    member = members.get(call.conn, call.program_id, call.path_id("member_id"))
    if call.plan.referring is None or not call.plan.referring.is_live:
        raise referrals.ReferralClosed("This program has no referrals at present.")
    told = {name: value for name, value in msgspec.structs.asdict(asked).items() if value}
    refer_friends.note_traits(call.conn, call.plan, member, told, at=call.at)
    before = referrals.code(call.conn, call.program_id, member.member_id)
    code = before or referrals.issue(call.conn, call.program_id, member.member_id, at=call.at)
    content = {"code": code, "link": _link(call, code)}
    return Answer(status=200 if before else 201, content=content, is_replay=before is not None)


def _link(call: Call, code: str | None) -> str | None:
    scheme = call.plan.referring
    return scheme.link.replace("{code}", code) if code and scheme and scheme.link else None


def of_member(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/referrals: nothing here tells who the friends are."""
    member = members.followed(call.conn, call.program_id, call.path_id("member_id"))
    scheme = call.plan.referring
    cap = scheme.cap if scheme else None
    left = None
    if scheme and scheme.cap is not None:
        since_on = referrals.cap_since(scheme, call.plan.program.local_date(call.at))
        left = max(0, scheme.cap - referrals.rewarded(call.conn, member.member_id, since_on=since_on))
    code = referrals.code(call.conn, call.program_id, member.member_id)
    found = referrals.brought(call.conn, [member.member_id], limit=LISTED_MAX)
    content = {
        "code": code,
        "link": _link(call, code),
        "friends": [_friend(scheme, one) for one in found],
        "cap": cap,
        "cap_left": left,
    }
    return Answer(status=200, content=content)


def _friend(scheme: referrals.Scheme | None, one: referrals.Referral) -> dict[str, Any]:
    state = _OPEN.get(one.state, "cancelled")
    coming = scheme.advocate_points if scheme and state in ("joined", "pending") else 0
    return {
        "joined_on": one.joined_on.isoformat(),
        "state": state,
        "points": one.advocate_points if state == "rewarded" else coming,
        "due_on": one.due_on.isoformat() if one.due_on and state == "pending" else None,
    }


def show(call: Call, _: None) -> Answer:
    """GET /v1/referrals?review=."""
    wanted = one_of(call, "review", ("waits", "approved", "refused", "all"), "all")
    review = None if wanted == "all" else referrals.Review[wanted.upper()]
    found = referrals.listed(call.conn, call.program_id, limit=LISTED_MAX, review=review)
    return Answer(status=200, content={"referrals": [_told(one) for one in found]})


def _told(one: referrals.Referral) -> dict[str, Any]:
    return {
        "member_id": str(one.member_id),
        "advocate_id": str(one.advocate_id),
        "state": one.state.name.lower(),
        "review": one.review.name.lower(),
        "reasons": list(one.reasons),
        "joined_on": one.joined_on.isoformat(),
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "advocate_points": one.advocate_points,
        "friend_points": one.friend_points,
    }


def approve(call: Call, _: Any) -> Answer:
    """POST /v1/referrals/{member_id}/approve."""
    return _decided(call, referrals.Review.APPROVED)


def refuse(call: Call, _: Any) -> Answer:
    """POST /v1/referrals/{member_id}/refuse."""
    return _decided(call, referrals.Review.REFUSED)


def _decided(call: Call, review: referrals.Review) -> Answer:
    one = referrals.decide(
        call.conn, call.program_id, call.path_id("member_id"), review, by=call.key.actor.name, at=call.at
    )
    return Answer(status=200, content=_told(one))


def funnel(call: Call, _: None) -> Answer:
    """GET /v1/referrals/figures."""
    found = referrals.funnel(call.conn, call.program_id)
    cost = call.plan.wallet.worth_minor(found.points, call.plan.program.currency)
    per_friend = cost // found.kept if found.kept else None
    content = {**msgspec.structs.asdict(found), "cost_minor": cost, "cost_per_friend_minor": per_friend}
    return Answer(status=200, content=content)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/referral-terms",
        tag="Referrals",
        summary="Show the terms of referrals",
        description="What both sides get, and when.",
        run=show_terms,
        tells=shapes.TermsTold,
        example=shapes.TERMS_TOLD,
    ),
    Operation(
        method="POST",
        path="/v1/referral-terms",
        tag="Referrals",
        summary="Save the terms of referrals",
        description="Rewards that are not paid yet follow the new terms. Every change is kept with who made it.",
        run=save_terms,
        asks=shapes.TermsAsked,
        tells=shapes.TermsTold,
        scope=access.Scope.ADMIN,
        sample=shapes.TERMS,
        example=shapes.TERMS_TOLD,
        problems=("validation-failed",),
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/referral-code",
        tag="Referrals",
        summary="Get a member's referral code",
        description="Always the same one. It tells nothing of the member. Friends enroll with it: `POST /v1/members`.",
        run=issue,
        asks=shapes.TraitsAsked,
        tells=shapes.CodeTold,
        sample=shapes.TRAITS,
        example=shapes.CODE,
        statuses={201: "Made.", 200: "It was there."},
        problems=("not-found", "referral-closed"),
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}/referrals",
        tag="Referrals",
        summary="Show whom a member brought",
        description="How far each friend came and what the member gets for it. Nothing tells who the friends are.",
        run=of_member,
        tells=shapes.FriendsTold,
        example=shapes.FRIENDS,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/referrals",
        tag="Referrals",
        summary="List referrals",
        description="Newest first, at most 200.",
        run=show,
        tells=shapes.ReferralsTold,
        scope=access.Scope.ADMIN,
        example={"referrals": [shapes.REFERRAL]},
        query=(
            Parameter(
                name="review",
                description="Only those that wait for a person, or were approved or refused by one.",
                schema={"type": "string", "enum": ["waits", "approved", "refused", "all"]},
            ),
        ),
        problems=("validation-failed",),
    ),
    Operation(
        method="GET",
        path="/v1/referrals/figures",
        tag="Referrals",
        summary="Show how many friends came how far",
        description="From codes to purchases that were kept, and what a friend cost.",
        run=funnel,
        tells=shapes.FunnelTold,
        scope=access.Scope.ADMIN,
        example=shapes.FUNNEL,
    ),
    Operation(
        method="POST",
        path="/v1/referrals/{member_id}/approve",
        tag="Referrals",
        summary="Approve a referral that waits",
        description="`member_id` is the friend. Both are rewarded once the first purchase is kept.",
        run=approve,
        asks=shapes.NothingAsked,
        tells=shapes.ReferralTold,
        scope=access.Scope.ADMIN,
        sample={},
        example={**shapes.REFERRAL, "review": "approved"},
        problems=("not-found", "already-decided"),
    ),
    Operation(
        method="POST",
        path="/v1/referrals/{member_id}/refuse",
        tag="Referrals",
        summary="Refuse a referral that waits",
        description="`member_id` is the friend. Nobody is rewarded.",
        run=refuse,
        asks=shapes.NothingAsked,
        tells=shapes.ReferralTold,
        scope=access.Scope.ADMIN,
        sample={},
        example={**shapes.REFERRAL, "review": "refused", "state": "refused"},
        problems=("not-found", "already-decided"),
    ),
)
