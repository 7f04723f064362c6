"""Challenges: goals members play for, how far they are, badges, leaderboards. Named by the shop's own codes."""

from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from regulars import flows
from regulars.flows import play_challenges
from regulars.kit import ids
from regulars.kit.clock import EVER
from regulars.program import campaigns, challenges
from regulars.records import access, activities, members

from . import challenge_shapes as shapes
from .call import Answer, Call, Operation, Parameter, flaw
from .orders import in_utc
from .refusals import Invalid

PLACES_MAX = 100


def show(call: Call, _: None) -> Answer:
    """GET /v1/challenges."""
    is_whole = access.Scope.ADMIN in call.key.scopes
    found = [
        one
        for one in challenges.challenges(call.conn, call.program_id)
        if is_whole or one.state is challenges.State.LIVE
    ]
    return Answer(status=200, content={"challenges": [told(call.plan, one) for one in found]})


def save(call: Call, asked: shapes.ChallengeAsked) -> Answer:
    """POST /v1/challenges: a new draft, or other settings of the one with this code."""
    known = {one.code: one for one in challenges.challenges(call.conn, call.program_id)}
    before = known.get(asked.code)
    activities.check_text("/code", asked.code, required=True)
    if asked.counts != challenges.ORDER and asked.counts not in activities.event_types(call.conn, call.program_id):
        raise activities.UnknownEventType("A challenge counts orders, or events of a type the program takes.")
    wanted = challenges.Challenge(
        program_id=call.program_id,
        challenge_id=before.challenge_id if before else ids.key_of(call.program_id, "challenge", asked.code),
        code=asked.code,
        name=asked.name,
        description=asked.description,
        measure=challenges.Measure(asked.measure),
        counts=asked.counts,
        milestones=tuple(msgspec.convert(msgspec.to_builtins(asked.milestones), list[challenges.Milestone])),
        condition=play_challenges.checked_condition(call.plan, asked.condition),
        season=challenges.Season(asked.season),
        starts_at=_moment(asked.starts_at, "/starts_at"),
        ends_at=_moment(asked.ends_at, "/ends_at"),
        state=before.state if before else challenges.State.DRAFT,
        campaign_id=asked.campaign_id,
    )
    if asked.campaign_id is not None:
        campaigns.get(call.conn, call.program_id, asked.campaign_id)
    is_changed = challenges.save(call.conn, wanted, by=call.key.actor.name, at=call.at)
    return Answer(status=200 if before else 201, content=told(call.plan, wanted), is_replay=not is_changed)


def _moment(at: datetime | None, pointer: str) -> datetime | None:
    return in_utc(at, pointer) if at else None


def move(call: Call, asked: shapes.ChallengeStateAsked) -> Answer:
    """POST /v1/challenges/{challenge}/state."""
    before = challenges.get(call.conn, call.program_id, code=call.path["challenge"])
    wanted = replace(before, state=challenges.State[asked.state.upper()])
    is_changed = challenges.save(call.conn, wanted, by=call.key.actor.name, at=call.at)
    return Answer(status=200, content=told(call.plan, wanted), is_replay=not is_changed)


def told(plan: flows.Plan, one: challenges.Challenge) -> dict[str, Any]:
    """A challenge as machines read it."""
    kept: dict[str, Any] = msgspec.to_builtins(one)
    return {
        "challenge": one.code,
        "state": one.state.name.lower(),
        **{name: kept[name] for name in ("name", "description", "measure", "counts", "condition", "season")},
        "condition_text": play_challenges.condition_sentence(plan, one.condition, "en"),
        "milestones": kept["milestones"],
        "starts_at": kept["starts_at"],
        "ends_at": kept["ends_at"],
        "campaign_id": one.campaign_id,
    }


def history(call: Call, _: None) -> Answer:
    """GET /v1/challenges/{challenge}/history."""
    one = challenges.get(call.conn, call.program_id, code=call.path["challenge"])
    found = [
        {
            "changed_at": change.changed_at.isoformat(),
            "changed_by": change.changed_by,
            "changes": [{"field": name, "was": was, "now": now} for name, (was, now) in change.changes.items()],
        }
        for change in challenges.history(call.conn, call.program_id, one.challenge_id)
    ]
    return Answer(status=200, content={"history": found})


def leaderboard(call: Call, _: None) -> Answer:
    """GET /v1/challenges/{challenge}/leaderboard."""
    one = challenges.get(call.conn, call.program_id, code=call.path["challenge"])
    if one.state is challenges.State.DRAFT:
        raise challenges.ChallengeNotFound("There is no such challenge.")
    season_on = challenges.season_on(one.season, _day(call))
    places = challenges.leaderboard(call.conn, one, season_on, limit=PLACES_MAX)
    content = {
        "challenge": one.code,
        "season_on": _season(season_on),
        "places": [{"rank": p.rank, "pseudonym": p.pseudonym, "value": p.value} for p in places],
    }
    return Answer(status=200, content=content)


def _day(call: Call) -> date:
    if not (on := call.query.get("on")):
        return call.plan.program.local_date(call.at)
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise Invalid("on is a day such as 2026-11-01.", flaws=[flaw("/query/on")]) from None


def _season(season_on: date) -> str | None:
    return season_on.isoformat() if season_on != EVER else None


def of_member(call: Call, _: None) -> Answer:
    """GET /v1/members/{member_id}/challenges."""
    member = members.followed(call.conn, call.program_id, call.path_id("member_id"))
    by_id = {one.challenge_id: one for one in call.plan.challenges}
    today = call.plan.program.local_date(call.at)
    progress = challenges.progress(call.conn, member.member_id)
    found = []
    for one in play_challenges.open_to(call.conn, call.plan, member.member_id, at=call.at):
        season_on = challenges.season_on(one.season, today)
        at = progress.get((one.challenge_id, season_on))
        value = at.value if at else 0
        found.append(
            {
                "challenge": one.code,
                "name": one.name,
                "season_on": _season(season_on),
                "value": value,
                "target": one.target,
                "next_target": next((m.target for m in one.milestones if m.target > value), None),
                "reached": [one.milestones[no].target for no in sorted(at.standing)] if at else [],
                "ends_at": one.ends_at.isoformat() if one.ends_at else None,
            }
        )
    badges = [
        {"challenge": by_id[a.challenge_id].code, "badge": a.badge, "awarded_at": a.awarded_at.isoformat()}
        for a in challenges.awards(call.conn, member.member_id)
        if a.badge and a.taken_back_at is None and a.challenge_id in by_id
    ]
    pseudonym = challenges.pseudonym(call.conn, member.member_id)
    return Answer(status=200, content={"challenges": found, "badges": badges, "pseudonym": pseudonym})


def list_player(call: Call, asked: shapes.PlayerAsked) -> Answer:
    """POST /v1/members/{member_id}/player."""
    member = members.get(call.conn, call.program_id, call.path_id("member_id"))
    if asked.listed:
        challenges.join_boards(
            call.conn, call.program_id, member.member_id, asked.pseudonym, name=member.name, at=call.at
        )
    else:
        challenges.leave_boards(call.conn, call.program_id, member.member_id)
    return Answer(status=200, content={"pseudonym": challenges.pseudonym(call.conn, member.member_id)})


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/challenges",
        tag="Challenges",
        summary="Show the challenges",
        description="Those that are live; with the scope admin all of them.",
        run=show,
        tells=shapes.ChallengesTold,
        example={"challenges": [shapes.CHALLENGE_TOLD]},
    ),
    Operation(
        method="POST",
        path="/v1/challenges",
        tag="Challenges",
        summary="Save a challenge",
        description=(
            "A new one is a draft. Once it was live, what it counts, its milestones and its start stay as they were "
            "promised; names and its end may change."
        ),
        run=save,
        asks=shapes.ChallengeAsked,
        tells=shapes.ChallengeTold,
        scope=access.Scope.ADMIN,
        sample=shapes.CHALLENGE,
        example=shapes.CHALLENGE_TOLD,
        statuses={201: "Saved as a draft.", 200: "Saved; the same again changes nothing."},
        problems=("validation-failed", "rule-invalid", "unknown-event-type", "challenge-fixed", "invalid-text"),
        name="code",
    ),
    Operation(
        method="POST",
        path="/v1/challenges/{challenge}/state",
        tag="Challenges",
        summary="Begin, pause or end a challenge",
        description="What happens while it is paused does not count. Ended is for good; members keep what they got.",
        run=move,
        asks=shapes.ChallengeStateAsked,
        tells=shapes.ChallengeTold,
        scope=access.Scope.ADMIN,
        sample={"state": "live"},
        example=shapes.CHALLENGE_TOLD,
        problems=("not-found", "challenge-fixed"),
    ),
    Operation(
        method="GET",
        path="/v1/challenges/{challenge}/history",
        tag="Challenges",
        summary="Show who changed a challenge",
        description="Every change, newest first: who, when, and each field from what to what.",
        run=history,
        tells=shapes.ChangesTold,
        scope=access.Scope.ADMIN,
        example=shapes.CHANGES,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/challenges/{challenge}/leaderboard",
        tag="Challenges",
        summary="Show a leaderboard",
        description=(
            "The first 100 of a season among members who asked to be listed, by their pseudonyms. Equal values share a "
            "rank; of them, who came first stands first."
        ),
        run=leaderboard,
        tells=shapes.LeaderboardTold,
        example=shapes.LEADERBOARD,
        query=(Parameter(name="on", description="A day of the season, such as 2026-11-01; today when left out."),),
        problems=("not-found", "validation-failed"),
    ),
    Operation(
        method="GET",
        path="/v1/members/{member_id}/challenges",
        tag="Challenges",
        summary="Show a member's challenges",
        description="How far they are in every challenge that is live, and the badges they have.",
        run=of_member,
        tells=shapes.MemberChallengesTold,
        example=shapes.MEMBER_CHALLENGES,
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/members/{member_id}/player",
        tag="Challenges",
        summary="List a member on leaderboards, or no longer",
        description="Only who asks for it is listed, by the pseudonym alone. Taken back, it is forgotten.",
        run=list_player,
        asks=shapes.PlayerAsked,
        tells=shapes.PlayerTold,
        sample=shapes.PLAYER,
        example={"pseudonym": "Jade Crane"},
        problems=("not-found", "validation-failed"),
    ),
)
