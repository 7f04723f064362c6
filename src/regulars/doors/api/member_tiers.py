"""A member's tiers: where they stand on every set, and tiers given by hand."""

from regulars import flows
from regulars.records import access, members

from . import tier_samples as samples
from .call import Answer, Call, Operation, Parameter, flaw, one_of
from .refusals import Invalid
from .tier_asked import TierGivenAsked
from .tier_tells import MemberTiersTold, TierGivenTold


def of_member(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/tiers."""
    member = members.followed(call.conn, call.program_id, call.path_id("member_id"))
    language = one_of(call, "language", ("en", "zh"), member.language)
    content = flows.member_tiers(call.conn, call.plan, member, language, at=call.at)
    if access.Scope.ADMIN not in call.key.scopes:
        for one in content["tier_sets"]:
            one["history"] = [{**move, "by": "", "reason": ""} for move in one["history"]]
    return Answer(status=200, content=content)


def give(call: Call, asked: TierGivenAsked) -> Answer:
    """POST /v1/members/{member_id}/tier."""
    if asked.tier is not None and asked.until is None:
        raise Invalid("Say until which day the tier is given.", flaws=[flaw("/until")])
    done = flows.set_tier(
        call.conn,
        call.plan,
        call.path_id("member_id"),
        asked.tier,
        until=asked.until,
        reason=asked.reason,
        by=call.key.actor,
        reference=asked.reference,
        at=call.at,
        tier_set=asked.tier_set,
    )
    move, is_replay = done.move, done.outcome == "replayed"
    content = {
        "reference": asked.reference,
        "tier_set": asked.tier_set or call.plan.ladder.code,
        "tier": move.to_tier_id,
        "until": move.until.isoformat() if move.until else None,
        "reached": move.reached,
    }
    return Answer(status=200 if is_replay else 201, content=content, is_replay=is_replay)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/members/{member_id}/tiers",
        tag="Tiers",
        summary="Show a member's tiers",
        description=(
            "On every set: what they have and why, what is missing for the next tier, what keeps the present one, "
            "what would be lost, what they were told of its end, what an announced change means. `together` is the "
            "best of all sets: what they pay of a price, how long goods may come back."
        ),
        run=of_member,
        tells=MemberTiersTold,
        example=samples.MEMBER_TIERS,
        query=(
            Parameter(
                name="language",
                description="The language of the sentences; the member's own when left out.",
                schema={"type": "string", "enum": ["en", "zh"]},
            ),
        ),
        problems=("not-found", "validation-failed"),
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/tier",
        tag="Tiers",
        summary="Give a member a tier by hand",
        description=(
            "Until a day, with a reason, once for each `reference`. It is a floor: what is reached above it counts. "
            "After the day it is reviewed, announced before. Without a tier, what was given by hand ends now."
        ),
        run=give,
        asks=TierGivenAsked,
        tells=TierGivenTold,
        scope=access.Scope.ADMIN,
        sample=samples.GIVEN,
        example=samples.GIVEN_TOLD,
        statuses={201: "Given.", 200: "Given before."},
        problems=(
            "validation-failed", "tier-reached", "event-conflict", "self-grant", "not-found", "member-frozen",
            "member-erased", "forbidden",
        ),
        name="reference",
    ),
)  # fmt: skip
