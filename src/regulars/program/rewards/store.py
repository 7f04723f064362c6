"""The catalogue as it is kept: rewards, their stock, what was changed of them, categories, pictures."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit import sql
from regulars.kit.db import Conn

from . import rules
from .model import Category, Change, Grant, Picture, Price, Redemption, Reward, Steps
from .refusals import RewardChanged, RewardInvalid, RewardNotFound
from .types import TYPES

SQL = sql.load("regulars.program.rewards")
_COLUMNS = (
    "program_id", "reward_id", "code", "name", "description", "category", "type", "price_points", "price_minor",
    "prices", "steps", "cost_minor", "rank_min", "audience", "stores", "member_limit", "limit_days", "starts_at",
    "ends_at", "params", "picture_id", "picture_alt", "is_live", "campaign_id", "version", "created_at", "units_left",
)  # fmt: skip
_JSON = frozenset({"name", "description", "prices", "steps", "audience", "stores", "params", "picture_alt"})
_NEVER_CHANGED = frozenset({"program_id", "reward_id", "code", "version", "created_at"})


def catalogue(conn: Conn, program_id: int) -> list[Reward]:
    """Every reward, cheapest first, live or not."""
    return _rewards(conn, program_id, None)


def get(conn: Conn, program_id: int, reward_id: UUID) -> Reward:
    """The reward.

    Raises:
        RewardNotFound: there is none in this program.
    """
    for reward in _rewards(conn, program_id, reward_id):
        return reward
    raise RewardNotFound("There is no such reward.")


def _rewards(conn: Conn, program_id: int, reward_id: UUID | None) -> list[Reward]:
    rows = conn.execute(SQL["select_rewards"], {"program_id": program_id, "reward_id": reward_id}).fetchall()
    return [_reward(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def _reward(values: dict[str, Any]) -> Reward:
    values["prices"] = tuple(msgspec.convert(values["prices"], list[Price]))
    values["steps"] = msgspec.convert(values["steps"], Steps) if values["steps"] else None
    values["stores"] = tuple(values["stores"])
    return Reward(**values)


def with_fields(reward: Reward, **kept: Any) -> Reward:
    """The reward with some fields as they were kept, in plain values."""
    plain = {"prices": msgspec.to_builtins(reward.prices), "steps": msgspec.to_builtins(reward.steps)}
    times = {name: datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at") if kept.get(name)}
    return _reward({**{name: getattr(reward, name) for name in _COLUMNS}, **plain, **kept, **times})


def save(conn: Conn, reward: Reward, *, at: datetime, by: str = "", seen: Reward | None = None) -> Reward:
    """Write a reward and its stock; redemptions already made keep their price. What changed is noted, with `by`.

    `seen` is what whoever changes it had before them: another version since is refused, and the stock moves by the
    difference, so that what was redeemed meanwhile stays redeemed. Without it, the stock is set.

    Raises:
        RewardInvalid: its fields make no sense together.
        RewardChanged: somebody else changed it since it was `seen`.
    """
    rules.check(reward)
    asked = {"program_id": reward.program_id, "reward_id": reward.reward_id}
    locked = conn.execute(SQL["lock_reward"], asked).fetchone()
    before = get(conn, reward.program_id, reward.reward_id) if locked else None
    if before is not None and seen is not None and seen.version != before.version:
        raise RewardChanged(
            "Somebody else changed this reward meanwhile: read it again.", facts={"version": before.version}
        )
    changes = _changes(before, reward, seen)
    if before is not None and not changes:
        return before
    version = before.version + 1 if before else 1
    values = {name: getattr(reward, name) for name in _COLUMNS if name != "units_left"}
    values |= {name: _json(values[name]) for name in _JSON}
    conn.execute(SQL["upsert_reward"], {**values, "version": version, "created_at": at})
    _save_stock(conn, before, reward, seen)
    told = {"changed_at": at, "changed_by": by, "changes": _json(changes)}
    conn.execute(SQL["insert_change"], {**asked, "version": version, **told})
    return replace(reward, version=version)


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _changes(before: Reward | None, reward: Reward, seen: Reward | None) -> dict[str, tuple[Any, Any]]:
    """Field by field, from what to what; a new reward is told by what is not its default."""
    if before is None:
        return {"created": (None, True)}
    found = {}
    for name in (name for name in _COLUMNS if name not in _NEVER_CHANGED):
        old, new = getattr(before, name), getattr(reward, name)
        if name == "units_left":
            if has_list(reward):
                continue
            old = seen.units_left if seen else old
        if msgspec.to_builtins(old) != msgspec.to_builtins(new):
            found[name] = (old, new)
    return found


def has_list(reward: Reward) -> bool:
    """Whether its units are the codes of a list, which nobody sets by hand."""
    return TYPES[reward.type].GRANT is Grant.PARTNER_CODE


def _save_stock(conn: Conn, before: Reward | None, reward: Reward, seen: Reward | None) -> None:
    asked = {"reward_id": reward.reward_id}
    if has_list(reward):
        conn.execute(SQL["open_stock"], asked)
    elif reward.units_left is None:
        conn.execute(SQL["delete_stock"], asked)
    elif before is None or before.units_left is None or seen is None or seen.units_left is None:
        conn.execute(SQL["set_stock"], {**asked, "units_left": reward.units_left})
    elif reward.units_left != seen.units_left:
        conn.execute(SQL["add_stock"], {**asked, "units": reward.units_left - seen.units_left})


def history(conn: Conn, program_id: int, reward_id: UUID, *, limit: int = 100) -> list[Change]:
    """What was changed of a reward, the newest first."""
    asked = {"program_id": program_id, "reward_id": reward_id, "limit": limit}
    return [
        Change(
            reward_id=row[0],
            version=row[1],
            changed_at=row[2],
            changed_by=row[3],
            changes={name: (pair[0], pair[1]) for name, pair in row[4].items()},
        )
        for row in conn.execute(SQL["select_changes"], asked)
    ]


def put_back_change(conn: Conn, reward: Reward, version: int, *, at: datetime, by: str) -> Reward:
    """Undo one change by a new one: the fields it changed get what they had before; all others stay as they are.

    Raises:
        RewardInvalid: there is no such change, it made the reward, or what would be makes no sense.
    """
    found = next((one for one in history(conn, reward.program_id, reward.reward_id) if one.version == version), None)
    if found is None or "created" in found.changes:
        raise RewardInvalid("Only a change of this reward can be undone, not its beginning.")
    kept = {name: pair[0] for name, pair in found.changes.items() if name in _COLUMNS}
    if "units_left" in kept and None not in found.changes["units_left"] and reward.units_left is not None:
        old, new = found.changes["units_left"]
        kept["units_left"] = max(0, reward.units_left - (new - old))
    return save(conn, with_fields(reward, **kept), at=at, by=by, seen=reward)


def claim(conn: Conn, reward: Reward, quantity: int) -> bool:
    """Take units out of stock; False when fewer are left. A reward without stock is unlimited."""
    if reward.units_left is None:
        return True
    found = conn.execute(SQL["claim_stock"], {"reward_id": reward.reward_id, "quantity": quantity})
    return found.rowcount == 1


def lock_units(conn: Conn, reward: Reward) -> int | None:
    """How many units are left, and nobody takes one until the transaction ends: where the price depends on it."""
    row = conn.execute(SQL["lock_stock"], {"reward_id": reward.reward_id}).fetchone()
    return row[0] if row else None


def put_back(conn: Conn, redemption: Redemption) -> None:
    """Return an undone redemption's units to stock."""
    conn.execute(SQL["return_stock"], {"reward_id": redemption.reward_id, "quantity": redemption.quantity})


def categories(conn: Conn, program_id: int) -> list[Category]:
    """The shelves of the catalogue, in their order."""
    rows = conn.execute(SQL["select_categories"], {"program_id": program_id})
    return [Category(program_id=row[0], code=row[1], name=row[2], place=row[3]) for row in rows]


def save_category(conn: Conn, category: Category) -> None:
    """Write a category.

    Raises:
        RewardInvalid: it has no name, or its code is none.
    """
    rules.check_category(category)
    conn.execute(
        SQL["upsert_category"],
        {
            "program_id": category.program_id,
            "code": category.code,
            "name": _json(category.name),
            "place": category.place,
        },
    )


def keep_picture(conn: Conn, picture: Picture, *, at: datetime) -> None:
    """Keep a picture; the same one is kept once."""
    conn.execute(
        SQL["insert_picture"],
        {
            "picture_id": picture.picture_id,
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "content": picture.content,
            "at": at,
        },
    )


def picture(conn: Conn, picture_id: str) -> Picture | None:
    """A picture by its name."""
    row = conn.execute(SQL["select_picture"], {"picture_id": picture_id}).fetchone()
    if row is None:
        return None
    return Picture(picture_id=row[0], media_type=row[1], width=row[2], height=row[3], content=bytes(row[4]))


def picture_types(conn: Conn, picture_ids: list[str]) -> Mapping[str, str]:
    """The media types of pictures, by their names."""
    return dict(conn.execute(SQL["select_picture_types"], {"ids": picture_ids}).fetchall())
