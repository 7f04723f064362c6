"""The page of `regulars replay`: wide as a table, narrow as a list; English or Chinese; or one JSON document."""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from unicodedata import east_asian_width

import msgspec

from regulars import flows
from regulars.flows import answers
from regulars.kit import clock
from regulars.kit.clock import EVER, NEVER
from regulars.records import ledger

WIDE = 114
"""From this many columns on, an entry is one row."""

_MOVEMENTS: Mapping[ledger.Movement, tuple[str, str]] = {
    ledger.Movement.EARN: ("earned", "获得"),
    ledger.Movement.BURN: ("used", "使用"),
    ledger.Movement.EXPIRE: ("expired", "过期"),
    ledger.Movement.CLAWBACK: ("taken back", "扣回"),
    ledger.Movement.RESTORE: ("given back", "返还"),
    ledger.Movement.ADJUST: ("adjusted", "调整"),
    ledger.Movement.ACTIVATE: ("activated", "生效"),
    ledger.Movement.HOLD: ("set aside", "预占"),
    ledger.Movement.RELEASE: ("released", "释放"),
    ledger.Movement.CAPTURE: ("captured", "确认扣减"),
    ledger.Movement.SETTLE: ("debt paid", "抵还欠分"),
    ledger.Movement.GIVE: ("given", "赠出"),
    ledger.Movement.RECEIVE: ("received", "受赠"),
    ledger.Movement.CARRY: ("carried over", "结转"),
    ledger.Movement.EXTEND: ("extended", "延期"),
    ledger.Movement.WRITE_OFF: ("written off", "核销欠分"),
    ledger.Movement.LOAD: ("paid in", "充值"),
}
_CONTRAS: Mapping[ledger.Contra, tuple[str, str]] = {
    ledger.Contra.ISSUANCE: ("issued", "发放"),
    ledger.Contra.REDEMPTION: ("redeemed", "兑换"),
    ledger.Contra.BREAKAGE: ("expired", "过期"),
    ledger.Contra.ADJUSTMENT: ("adjustments", "人工调整"),
    ledger.Contra.HELD: ("held", "预占"),
    ledger.Contra.MEMBER: ("own lots", "自有批次"),
    ledger.Contra.TRANSFER: ("transfers", "转赠"),
    ledger.Contra.WRITE_OFF: ("write-offs", "核销"),
    ledger.Contra.PAYMENT: ("payments", "收款"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "member": ("Member {member_id} {external_id}", "会员 {member_id} {external_id}"),
    "account": ("The points are kept in account {account_id}.", "积分记在账户 {account_id} 中。"),
    "wallet": (
        "Wallet {wallet}, {count} entries until the end of {day}",
        "账户 {wallet}，截至 {day} 终了共 {count} 条流水",
    ),
    "none": ("Nothing ever moved here.", "没有任何流水。"),
    "number": ("No.", "序号"),
    "time": ("Time", "时间"),
    "movement": ("Movement", "变动"),
    "points": ("Points", "数量"),
    "contra": ("Other side", "对方科目"),
    "lot": ("Lot: usable, ends", "批次：生效，到期"),
    "lot_points": ("In the lot", "批次余额"),
    "wallet_points": ("In the wallet", "账户余额"),
    "now": ("at once", "即时"),
    "never": ("never", "不过期"),
    "waiting": ("on an event", "待触发"),
    "debt": ("debt", "欠分"),
    "lots": ("Lots at the end of the journal", "流水终了时的批次"),
    "replayed": ("By the journal", "按流水"),
    "stored": ("Stored", "已存"),
    "differs": ("DIFFERS", "不一致"),
    "equal": ("The stored lots are as the journal says ({count}).", "已存批次与流水一致（{count} 个）。"),
    "wrong": ("The stored lots are NOT as the journal says ({count}).", "已存批次与流水不一致（{count} 个）。"),
    "on": ("On {day}: {spendable} can be spent", "{day}：可用 {spendable}"),
    "pending": ("{points} pending", "待生效 {points}"),
    "held": ("{points} set aside", "预占 {points}"),
    "owed": ("{points} owed", "欠 {points}"),
    "activates": ("{day}: {points} become usable", "{day}：{points} 生效"),
    "ends": ("{day}: {points} end after this day", "{day}：{points} 于当日终了后到期"),
    "and": (", ", "，"),
}


def say(name: str, language: str, /, **facts: object) -> str:
    """A text with its facts."""
    return _WORDS[name][language == "zh"].format(**facts).rstrip()


def page(plan: flows.Plan, told: flows.Replay, *, language: str, width: int) -> Iterator[str]:
    """The lines, each with its end."""
    for line in _lines(plan, told, language, max(width, 20)):
        indent = len(line) - len(line.lstrip())
        fits = width >= WIDE or _columns(line) <= width
        for part in [line] if fits else _wrapped(line.strip(), width, indent=indent):
            yield f"{part.rstrip()}\n"


def _lines(plan: flows.Plan, told: flows.Replay, language: str, width: int) -> Iterator[str]:
    if told.member is not None:
        yield say("member", language, member_id=told.member.member_id, external_id=told.member.external_id)
    if told.member is None or told.account_id != told.member.member_id:
        yield say("account", language, account_id=told.account_id)
    count = f"{len(told.story.steps):,}"
    yield say("wallet", language, wallet=told.wallet.code, count=count, day=told.as_of)
    yield ""
    if not told.story.steps:
        yield say("none", language)
    yield from _table(plan, told, language, width) if width >= WIDE else _list(plan, told, language, width)
    yield ""
    yield from _proof(told, language)
    yield ""
    yield from _balance(told, language)


def _table(plan: flows.Plan, told: flows.Replay, language: str, width: int) -> Iterator[str]:
    names = ("number", "time", "movement", "points", "lot", "lot_points", "wallet_points", "contra")
    yield _row([say(name, language) for name in names])
    for number, step, title in _told(plan, told, language):
        entry = step.entry
        yield _row(
            [
                str(number),
                _moment(plan, step),
                _MOVEMENTS[entry.movement][language == "zh"],
                f"{entry.points:+,}",
                _lot(entry.lot, language),
                f"{step.lot_points:,}",
                f"{step.wallet_points:,}",
                _CONTRAS[entry.contra][language == "zh"],
            ]
        )
        if title:
            yield from _wrapped(title, width, indent=8)


def _list(plan: flows.Plan, told: flows.Replay, language: str, width: int) -> Iterator[str]:
    for number, step, title in _told(plan, told, language):
        entry = step.entry
        yield f"{number}. {_moment(plan, step)} {_MOVEMENTS[entry.movement][language == 'zh']}"
        if title:
            yield from _wrapped(title, width, indent=3)
        points = f"{entry.points:+,}"
        yield f"   {points} ({_CONTRAS[entry.contra][language == 'zh']})"
        yield f"   {_lot(entry.lot, language)}"
        yield f"   {say('lot_points', language)} {step.lot_points:,}"
        yield f"   {say('wallet_points', language)} {step.wallet_points:,}"


def _told(plan: flows.Plan, told: flows.Replay, language: str) -> Iterator[tuple[int, ledger.Step, str]]:
    """Each step with its number, and the sentence where a transfer begins."""
    whole: dict[object, int] = {}
    for step in told.story.steps:
        whole[step.entry.transfer_id] = whole.get(step.entry.transfer_id, 0) + step.entry.points
    for number, step in enumerate(told.story.steps, start=1):
        entry = step.entry
        title = ""
        if entry.is_first:
            title = ledger.title(
                entry.reason,
                points=whole[entry.transfer_id],
                language=language,
                wallet=told.wallet,
                currency=plan.program.currency,
            )
        yield number, step, title


def _moment(plan: flows.Plan, step: ledger.Step) -> str:
    return step.entry.occurred_at.astimezone(clock.zone(plan.program.time_zone)).strftime("%Y-%m-%d %H:%M")


def _lot(lot: ledger.Lot, language: str) -> str:
    if lot == ledger.DEBT:
        return say("debt", language)
    if lot.active_on == ledger.WAITING:
        usable = say("waiting", language)
    else:
        usable = say("now", language) if lot.active_on == EVER else lot.active_on.isoformat()
    return f"{usable}, {say('never', language) if lot.expires_on == NEVER else lot.expires_on.isoformat()}"


def _proof(told: flows.Replay, language: str) -> Iterator[str]:
    yield say("lots", language)
    for lot in sorted(told.lots.keys() | told.stored.keys()):
        replayed, stored = told.lots.get(lot, 0), told.stored.get(lot, 0)
        mark = "" if replayed == stored else f"  {say('differs', language)}"
        yield (
            f"  {_lot(lot, language)}: {say('replayed', language)} {replayed:,}, "
            f"{say('stored', language)} {stored:,}{mark}"
        )
    if told.wrong:
        yield say("wrong", language, count=len(told.wrong))
    else:
        yield say("equal", language, count=len(told.lots))


def _balance(told: flows.Replay, language: str) -> Iterator[str]:
    found = told.balance
    parts = [say("on", language, day=told.as_of, spendable=f"{found.spendable:,}")]
    for name, points in (("pending", found.pending), ("held", found.held), ("owed", found.debt)):
        if points:
            parts.append(say(name, language, points=f"{points:,}"))
    yield say("and", language).ljust(2 if language == "en" else 1).join(parts)
    coming = [(on, "activates", points) for on, points in found.activating]
    coming += [(on, "ends", points) for on, points in found.expiring]
    for on, name, points in sorted(coming):
        yield "  " + say(name, language, day=on, points=f"{points:,}")


_WIDTHS = (6, 16, 13, 11, 24, 12, 13, 12)
_TO_THE_RIGHT = {0, 3, 5, 6}


def _row(cells: list[str]) -> str:
    parts = []
    for place, cell in enumerate(cells):
        gap = " " * max(0, _WIDTHS[place] - _columns(cell))
        parts.append(gap + cell if place in _TO_THE_RIGHT else cell + gap)
    return " ".join(parts)


def _columns(words: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)


def _wrapped(words: str, width: int, *, indent: int) -> Iterator[str]:
    """A sentence in lines that fit; Chinese breaks anywhere, and takes two columns a character."""
    room = max(10, width - indent)
    if _columns(words) > len(words):
        room = max(5, room // 2)
    for line in textwrap.wrap(words, room, break_on_hyphens=False) or [""]:
        yield " " * indent + line


def document(told: flows.Replay) -> Iterator[str]:
    """The same for machines. Days that are none are null; `is_debt` marks the lot of what is owed."""
    content = {
        "member_id": told.member.member_id if told.member else None,
        "account_id": told.account_id,
        "wallet": told.wallet.code,
        "as_of": told.as_of,
        "entries": [_entry(number, step) for number, step in enumerate(told.story.steps, start=1)],
        "lots": [
            {**_days(lot), "replayed_points": told.lots.get(lot, 0), "stored_points": told.stored.get(lot, 0)}
            for lot in sorted(told.lots.keys() | told.stored.keys())
        ],
        "balance": answers.balance(told.balance),
        "is_equal": not told.wrong,
    }
    yield msgspec.json.encode(content).decode() + "\n"


def _entry(number: int, step: ledger.Step) -> dict[str, Any]:
    entry = step.entry
    return {
        "number": number,
        "entry_id": entry.entry_id,
        "transfer_id": entry.transfer_id,
        "movement": entry.movement.name.lower(),
        "contra": entry.contra.name.lower(),
        "points": entry.points,
        **_days(entry.lot),
        "lot_points": step.lot_points,
        "wallet_points": step.wallet_points,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "on_date": entry.on_date,
        "reason": {"code": entry.reason.code, **entry.reason.params},
    }


def _days(lot: ledger.Lot) -> dict[str, Any]:
    return {"usable_on": _day(lot.active_on), "expires_on": _day(lot.expires_on), "is_debt": lot == ledger.DEBT}


def _day(on: date) -> date | None:
    return on if EVER < on < NEVER and on != ledger.WAITING else None
