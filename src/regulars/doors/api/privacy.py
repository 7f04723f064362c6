"""Consent, restriction, erasure and export over HTTP."""

from typing import Any

from regulars import flows
from regulars.records import access, members, privacy

from . import noting
from . import privacy_shapes as shapes
from .call import Answer, Call, Operation
from .orders import in_utc


def _lead(call: Call) -> members.Member:
    return members.followed(call.conn, call.program_id, call.path_id("member_id"))


def show(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/consents."""
    return Answer(status=200, content=_told(call, _lead(call)))


def choose(call: Call, asked: shapes.ConsentsAsked) -> Answer:
    """POST /v1/members/{member_id}/consents."""
    member = _lead(call)
    given_at = in_utc(asked.given_at, "/given_at") if asked.given_at else call.at
    choices = [
        privacy.Choice(
            purpose=privacy.Purpose(one.purpose),
            channel=privacy.Channel(one.channel),
            is_given=one.is_given,
            version=one.version,
            place=asked.place,
            proof=asked.proof,
            told_by=call.key.actor.name,
            given_at=min(given_at, call.at),
        )
        for one in asked.choices
    ]
    flows.give_consent(call.conn, call.plan, member.member_id, choices, at=call.at)
    return Answer(status=200, content=_told(call, member))


def _told(call: Call, member: members.Member) -> dict[str, Any]:
    return {
        "member_id": str(member.member_id),
        "is_restricted": privacy.restriction(call.conn, member.member_id) is not None,
        "allows": [
            {
                "purpose": str(one.purpose),
                "channel": str(one.channel),
                "is_allowed": one.is_allowed,
                "since": one.since_at.isoformat() if one.since_at else None,
                "version": one.version,
            }
            for one in privacy.standings(call.conn, call.program_id, member.member_id)
        ],
        "history": [
            {
                "purpose": str(one.purpose),
                "channel": str(one.channel),
                "is_given": one.is_given,
                "version": one.version,
                "place": one.place,
                "proof": one.proof,
                "told_by": one.told_by,
                "given_at": one.given_at.isoformat(),
            }
            for one in privacy.history(call.conn, member.member_id)
        ],
    }


def reach(call: Call, asked: shapes.ReachAsked) -> Answer:
    """POST /v1/consents/allowed."""
    purpose, channel = privacy.Purpose(asked.purpose), privacy.Channel(asked.channel)
    allowed = flows.may_reach(call.conn, call.plan, asked.member_ids, purpose, channel)
    return Answer(status=200, content={"allowed": [str(one) for one in asked.member_ids if one in allowed]})


def link(call: Call, asked: shapes.LinkAsked) -> Answer:
    """POST /v1/members/{member_id}/consent-links."""
    member, purpose, channel = _lead(call), privacy.Purpose(asked.purpose), privacy.Channel(asked.channel)
    token = flows.ask_consent(call.conn, call.plan, member.member_id, purpose, channel, asked.version, at=call.at)
    stop = flows.stop_token(call.conn, call.plan, member.member_id, purpose, channel, at=call.at)
    return Answer(status=201, content={"confirm_path": f"/p/confirm/{token}", "stop_path": f"/p/stop/{stop}"})


def restrict(call: Call, asked: shapes.RestrictionAsked) -> Answer:
    """POST /v1/members/{member_id}/restriction."""
    member, by = _lead(call), call.key.actor.name
    is_new = flows.restrict_member(
        call.conn,
        call.plan,
        member.member_id,
        is_restricted=asked.is_restricted,
        reason=asked.reason,
        by=by,
        at=call.at,
    )
    content = {"member_id": str(member.member_id), "is_restricted": asked.is_restricted}
    return Answer(status=200, content=content, is_replay=not is_new)


def erase(call: Call, asked: shapes.ErasureAsked) -> Answer:
    """POST /v1/members/{member_id}/erasure."""
    member_id = call.path_id("member_id")
    done = flows.erase_member(
        call.conn, call.plan, member_id, by=call.key.actor.code, at=call.at, due_on=asked.due_on, preview=asked.preview
    )
    is_replay = done.outcome == "replayed"
    content = {
        "member_id": str(member_id),
        "status": "erased" if is_replay else done.outcome,
        "reasons": list(done.reasons),
        "due_on": done.due_on.isoformat() if done.due_on else None,
    }
    return Answer(status=202 if done.outcome == "scheduled" else 200, content=content, is_replay=is_replay)


def take_back(call: Call, _: shapes.TakeBackErasureAsked) -> Answer:
    """POST /v1/members/{member_id}/erasure/withdraw."""
    member = _lead(call)
    is_taken_back = privacy.withdraw_erasure(call.conn, member.member_id)
    return Answer(status=200, content={"member_id": str(member.member_id), "is_taken_back": is_taken_back})


def export(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/export."""
    member = _lead(call)
    noting.note_reading(call, "/v1/members/{member_id}/export", member.member_id)
    content = {
        "member_id": str(member.member_id),
        "told_at": call.at.isoformat(),
        "tables": flows.of_member(call.conn, member.member_id),
    }
    return Answer(status=200, content=content)


_MEMBER = ("not-found",)
OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/members/{member_id}/consents",
        tag="Privacy",
        summary="Show what a member allows",
        description="What holds now of every purpose and channel, and every yes and no with its proof, newest first.",
        run=show,
        tells=shapes.ConsentsTold,
        example=shapes.CONSENTS_TOLD,
        problems=_MEMBER,
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/consents",
        tag="Privacy",
        summary="Write down what a member chose",
        description=(
            "A yes or no for each purpose (and channel of marketing). A no holds from this answer on, for every send "
            "and every segment, and costs the member nothing. Choices told late never undo newer ones."
        ),
        run=choose,
        asks=shapes.ConsentsAsked,
        tells=shapes.ConsentsTold,
        sample=shapes.CONSENTS,
        example=shapes.CONSENTS_TOLD,
        problems=("consent-invalid", "member-erased", *_MEMBER),
    ),
    Operation(
        method="POST",
        path="/v1/consents/allowed",
        tag="Privacy",
        summary="Ask whom one may reach",
        description="Of up to 1,000 members those who allow a purpose and channel now. Ask right before you send.",
        run=reach,
        asks=shapes.ReachAsked,
        tells=shapes.ReachTold,
        sample=shapes.REACH,
        example={"allowed": [shapes.MEMBER]},
        problems=("consent-invalid",),
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/consent-links",
        tag="Privacy",
        summary="Make links for yes and no",
        description=(
            "Two paths on this server: one where the member confirms a yes (double opt-in, once, within seven days), "
            "one for the foot of a message and its List-Unsubscribe header, where they say no. Opening changes nothing."
        ),
        run=link,
        asks=shapes.LinkAsked,
        tells=shapes.LinkTold,
        sample=shapes.LINK,
        example=shapes.LINK_TOLD,
        statuses={201: "Made."},
        problems=("consent-invalid", "member-erased", *_MEMBER),
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/restriction",
        tag="Privacy",
        summary="Restrict the use of a member's data",
        description="Their data is kept and used for nothing but the books, until it is lifted. Points go on.",
        run=restrict,
        asks=shapes.RestrictionAsked,
        tells=shapes.RestrictionTold,
        scope=access.Scope.ADMIN,
        sample=shapes.RESTRICTION,
        example={"member_id": shapes.MEMBER, "is_restricted": True},
        problems=("member-erased", *_MEMBER),
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/erasure",
        tag="Privacy",
        summary="Forget a member",
        description=(
            "Names, identifiers, references to orders and texts go; amounts and points stay under an id that names "
            "nobody. It cannot be undone. With `preview` it only tells what stands against it; with `due_on` it is "
            "done from that day on, as soon as nothing stands against it."
        ),
        run=erase,
        asks=shapes.ErasureAsked,
        tells=shapes.ErasureTold,
        scope=access.Scope.ADMIN,
        sample=shapes.ERASURE,
        example=shapes.ERASURE_TOLD,
        statuses={200: "Done, or a preview.", 202: "Set for a later day."},
        problems=("erasure-blocked", *_MEMBER),
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/erasure/withdraw",
        tag="Privacy",
        summary="Take back a scheduled erasure",
        description="Nothing is erased then. What is done stays done.",
        run=take_back,
        asks=shapes.TakeBackErasureAsked,
        tells=shapes.TakenBackTold,
        scope=access.Scope.ADMIN,
        sample={},
        example={"member_id": shapes.MEMBER, "is_taken_back": True},
        problems=_MEMBER,
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}/export",
        tag="Privacy",
        summary="Export everything about a member",
        description="All that is kept of them, table by table, for the member or another provider. It is noted.",
        run=export,
        tells=shapes.ExportTold,
        scope=access.Scope.ADMIN,
        example=shapes.EXPORT_TOLD,
        problems=_MEMBER,
    ),
)
