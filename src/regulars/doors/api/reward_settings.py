"""The catalogue as operators keep it: rewards with all their settings, their history, pictures, codes, draws."""

import base64
import binascii
from dataclasses import replace
from typing import Any

import msgspec

from regulars import flows
from regulars.kit import ids
from regulars.program import rewards
from regulars.records import access

from . import reward_samples as samples
from .asked import NameAsked
from .call import KIB, Answer, Call, Operation, flaw
from .catalog import found_reward, picture_types, told, told_draw
from .refusals import Invalid
from .reward_asked import CategoryAsked, CodesAsked, DrawAsked, PictureAsked, RewardAsked, UndoChangeAsked
from .reward_tells import CategoriesTold, CategoryTold, CodesTold, DrawTold, HistoryTold, RewardTold

PICTURE_BODY_MAX = 1500 * KIB
CODES_BODY_MAX = 6 * 1024 * KIB


def save(call: Call, asked: RewardAsked) -> Answer:
    """POST /v1/rewards: a new reward, or all settings of the one with this code."""
    before = next((one for one in rewards.catalogue(call.conn, call.program_id) if one.code == asked.code), None)
    reward = _wanted(call, asked, before)
    seen = None
    if before is not None and asked.version is not None:
        seen = replace(before, version=asked.version)
    saved = flows.save_reward(call.conn, call.plan, reward, by=call.key.actor.name, at=call.at, seen=seen)
    is_same = before is not None and saved.version == before.version
    content = told(call, rewards.get(call.conn, call.program_id, saved.reward_id), picture_types(call, [saved]))
    return Answer(status=200 if before else 201, content=content, is_replay=is_same)


def _wanted(call: Call, asked: RewardAsked, before: rewards.Reward | None) -> rewards.Reward:
    params = {
        "wallet": asked.wallet or None,
        "amount_minor": asked.amount_minor,
        "pool": asked.pool or None,
        "experience": asked.experience or None,
        "winners": asked.winners,
    }
    return rewards.Reward(
        program_id=call.program_id,
        reward_id=before.reward_id if before else ids.key_of(call.program_id, "reward", asked.code),
        code=asked.code,
        name=_texts(asked.name),
        description=_texts(asked.description),
        category=asked.category,
        type=asked.type,
        price_points=asked.points,
        price_minor=asked.money_minor,
        prices=tuple(msgspec.convert(msgspec.to_builtins(asked.prices), list[rewards.Price])),
        steps=msgspec.convert(msgspec.to_builtins(asked.steps), rewards.Steps) if asked.steps else None,
        cost_minor=asked.cost_minor,
        rank_min=asked.rank_min,
        audience=flows.reward_audience(call.plan, asked.audience),
        stores=tuple(asked.stores),
        member_limit=asked.member_limit,
        limit_days=asked.limit_days,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        params={name: value for name, value in params.items() if value is not None},
        picture_id=before.picture_id if before else None,
        picture_alt=before.picture_alt if before else {},
        is_live=asked.is_live,
        version=before.version if before else 0,
        units_left=asked.units_left,
        campaign_id=asked.campaign_id,
    )


def _texts(asked: NameAsked) -> dict[str, str]:
    return {language: text for language, text in (("en", asked.en), ("zh", asked.zh)) if text}


def history(call: Call, _: None) -> Answer:
    """GET /v1/rewards/{reward_id}/history."""
    found = rewards.history(call.conn, call.program_id, found_reward(call).reward_id)
    changes = [
        {
            "version": one.version,
            "changed_at": one.changed_at.isoformat(),
            "changed_by": one.changed_by,
            "changes": {name: list(pair) for name, pair in one.changes.items()},
        }
        for one in found
    ]
    return Answer(status=200, content={"changes": changes})


def undo_change(call: Call, _: UndoChangeAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/history/{version}/undo."""
    given = call.path["version"]
    if not given.isascii() or not given.isdecimal() or len(given) > 9:
        raise Invalid("A version is a number.", flaws=[flaw("/path/version")])
    by = call.key.actor.name
    saved = flows.revert_reward(call.conn, call.plan, found_reward(call), int(given), by=by, at=call.at)
    return Answer(status=200, content=told(call, saved, picture_types(call, [saved])))


def put_picture(call: Call, asked: PictureAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/picture."""
    try:
        content = base64.b64decode(asked.content, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("content is not base64.", flaws=[flaw("/content")]) from None
    reward = found_reward(call)
    picture = rewards.pictures.read(content)
    rewards.keep_picture(call.conn, picture, at=call.at)
    shown = replace(reward, picture_id=picture.picture_id, picture_alt=_texts(asked.alt))
    saved = flows.save_reward(call.conn, call.plan, shown, by=call.key.actor.name, at=call.at, seen=reward)
    return Answer(
        status=200,
        content=told(call, saved, picture_types(call, [saved])),
        is_replay=saved.version == reward.version,
    )


def categories(call: Call, _: None) -> Answer:
    """GET /v1/reward-categories."""
    found = rewards.categories(call.conn, call.program_id)
    return Answer(status=200, content={"categories": [_category(one) for one in found]})


def save_category(call: Call, asked: CategoryAsked) -> Answer:
    """POST /v1/reward-categories."""
    known = {one.code: one for one in rewards.categories(call.conn, call.program_id)}
    wanted = rewards.Category(program_id=call.program_id, code=asked.code, name=_texts(asked.name), place=asked.place)
    rewards.save_category(call.conn, wanted)
    is_same = known.get(asked.code) == wanted
    return Answer(status=200 if asked.code in known else 201, content=_category(wanted), is_replay=is_same)


def _category(one: rewards.Category) -> dict[str, Any]:
    return {"code": one.code, "name": dict(one.name), "place": one.place}


def add_codes(call: Call, asked: CodesAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/codes."""
    reward = found_reward(call)
    added = rewards.add_codes(call.conn, reward, asked.codes)
    left = rewards.get(call.conn, call.program_id, reward.reward_id).units_left
    content = {"reward_id": str(reward.reward_id), "added": added, "units_left": left}
    return Answer(status=200, content=content, is_replay=added == 0)


def draw(call: Call, asked: DrawAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/draw."""
    reward = found_reward(call)
    flows.draw_winners(call.conn, call.plan, reward, outside=asked.outside, by=call.key.actor.name, at=call.at)
    return Answer(status=200, content=told_draw(call, reward))


_ADMIN = access.Scope.ADMIN
_INVALID = (
    "validation-failed",
    "rule-invalid",
    "rule-too-complex",
    "rule-too-expensive",
    "unknown-wallet",
    "forbidden",
)

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/rewards",
        tag="Rewards",
        summary="Save a reward",
        description=(
            "A new reward, or all settings of the one with this `code`: what is left out takes its default; its "
            "picture stays. Redemptions already made keep their price. Send the `version` you read, so that nobody's "
            "change is lost."
        ),
        run=save,
        asks=RewardAsked,
        tells=RewardTold,
        scope=_ADMIN,
        sample=samples.REWARD_ASKED,
        example=samples.REWARD,
        statuses={201: "A new reward.", 200: "Its settings were changed, or were so already."},
        problems=(*_INVALID, "reward-changed"),
        name="code",
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/picture",
        tag="Rewards",
        summary="Give a reward a picture",
        description="A PNG, JPEG or WebP of at most 1 MiB, known by its bytes; at its address it never changes.",
        run=put_picture,
        asks=PictureAsked,
        tells=RewardTold,
        scope=_ADMIN,
        sample=samples.PICTURE,
        example=samples.REWARD,
        statuses={200: "It has this picture, now or before."},
        problems=("picture-unusable", "not-found", "forbidden"),
        body_bytes_max=PICTURE_BODY_MAX,
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/codes",
        tag="Rewards",
        summary="Add a partner's codes",
        description=(
            "They are handed out in this order, each once, for ever: a code of a redemption that is undone is not "
            "given to another member."
        ),
        run=add_codes,
        asks=CodesAsked,
        tells=CodesTold,
        scope=_ADMIN,
        sample=samples.CODES,
        example=samples.CODES_TOLD,
        statuses={200: "Added; what the list had is left out."},
        problems=("validation-failed", "not-found", "forbidden"),
        body_bytes_max=CODES_BODY_MAX,
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/draw",
        tag="Rewards",
        summary="Draw the winners",
        description="After a sweepstake's end, once. The seed whose hash stood from the beginning is revealed.",
        run=draw,
        asks=DrawAsked,
        tells=DrawTold,
        scope=_ADMIN,
        sample=samples.DRAW,
        example=samples.DRAW_TOLD,
        statuses={200: "Drawn."},
        problems=("draw-not-possible", "already-decided", "not-found", "forbidden"),
    ),
    Operation(
        method="GET",
        path="/v1/rewards/{reward_id}/history",
        tag="Rewards",
        summary="Show the changes of a reward",
        description="Who changed what, from what to what; the newest first.",
        run=history,
        tells=HistoryTold,
        scope=_ADMIN,
        example={"changes": [samples.CHANGE]},
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/history/{version}/undo",
        tag="Rewards",
        summary="Undo a change of a reward",
        description="By a new change: the fields that one changed get what they had before it; all others stay.",
        run=undo_change,
        asks=UndoChangeAsked,
        tells=RewardTold,
        scope=_ADMIN,
        sample={},
        example=samples.REWARD,
        problems=(*_INVALID, "not-found"),
    ),
    Operation(
        method="GET",
        path="/v1/reward-categories",
        tag="Rewards",
        summary="Show the categories of rewards",
        description="The shelves of the catalogue, in their order.",
        run=categories,
        tells=CategoriesTold,
        example={"categories": [samples.CATEGORY]},
    ),
    Operation(
        method="POST",
        path="/v1/reward-categories",
        tag="Rewards",
        summary="Save a category of rewards",
        description="A new shelf, or name and place of the one with this `code`.",
        run=save_category,
        asks=CategoryAsked,
        tells=CategoryTold,
        scope=_ADMIN,
        sample=samples.CATEGORY,
        example=samples.CATEGORY,
        statuses={201: "A new category.", 200: "Changed, or so already."},
        problems=("validation-failed", "forbidden"),
        name="code",
    ),
)
