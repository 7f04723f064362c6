"""A sentence for every movement, in the reader's language. Codes and parameters are stored, prose never.

Source: capability B12; quality/field 2.9 (5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.kit import text
from regulars.kit.clock import EVER, NEVER

from .missed import MISSED
from .model import WAITING, Line, Movement, Reason
from .wallets import Wallet


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What happened, in one line, and how it came about, a line each (text, points or None)."""

    title: str
    details: tuple[tuple[str, int | None], ...] = ()


TITLES: Mapping[str, tuple[str, str]] = {
    "earn.order": ("Earned with order {order}", "订单 {order} 获得"),
    "earn.event": ("Earned: {event}", "{event} 获得"),
    "earn.challenge": ("Challenge “{challenge}”: {target} reached", "挑战“{challenge}”：达成 {target}"),
    "earn.referral.advocate": ("A friend you brought has bought and kept it", "您推荐的好友已完成首购"),
    "earn.referral.friend": ("Welcome: your first purchase is kept", "好友邀请礼：首购已确认"),
    "earn.welcome": ("Welcome gift", "入会礼"),
    "burn.reward": ("Redeemed {quantity} × {reward}", "兑换 {reward} × {quantity}"),
    "burn.order": ("Paid part of order {order} with {unit}", "订单 {order} 以{unit}抵现"),
    "clawback.return": (
        "Taken back: return {return_id} of order {order}",
        "退货 {return_id} 扣回（订单 {order}）",
    ),
    "clawback.expired": (
        "Return {return_id} of order {order}: its points had already expired, nothing was taken back",
        "退货 {return_id}（订单 {order}）：对应积分此前已过期，未扣回",
    ),
    "clawback.referral.advocate": (
        "Taken back: a friend you brought returned the first purchase",
        "您推荐的好友退回了首购，奖励扣回",
    ),
    "clawback.referral.friend": ("Taken back: the first purchase was returned", "首购已退货，邀请礼扣回"),
    "clawback.challenge": (
        "Taken back: with return {return_id} the challenge “{challenge}” is no longer reached",
        "退货 {return_id} 后未再达成挑战“{challenge}”，奖励扣回",
    ),
    "restore.return": (
        "Given back: return {return_id} of order {order}",
        "退货 {return_id} 返还（订单 {order}）",
    ),
    "earn.reward": ("Cashback for {reward}", "兑换 {reward} 所得返现"),
    "undo.reward": ("Taken back: {reward} was undone", "收回：{reward} 已撤销兑换"),
    "restore.reward": ("Given back: {reward} was undone", "返还：{reward} 已撤销兑换"),
    "adjust": ("{text}", "{text}"),
    "expire": ("Expired after {expires_on}", "{expires_on} 后已过期"),
    "activate": ("{count} {unit} became usable", "{count} {unit}已生效"),
    "activate.order": (
        "Order {order} was completed: {count} {unit} became usable",
        "订单 {order} 已完成：{count} {unit}已生效",
    ),
    "load": ("Paid in ({reference})", "充值（{reference}）"),
    "hold.open": ("Set aside for basket {hold}", "为购物车 {hold} 预占"),
    "hold.release": ("Released from basket {hold}", "购物车 {hold} 已释放"),
    "hold.ended": ("Basket {hold} was not paid in time: given back", "购物车 {hold} 超时未付款：已退回"),
    "hold.capture": ("Order {order} paid with the {unit} set aside", "订单 {order} 使用预占的{unit}支付"),
    "return.pending": (
        "Set aside: return {return_id} of order {order} is not settled yet",
        "暂留：退货 {return_id}（订单 {order}）尚未结算",
    ),
    "return.settled": (
        "Return {return_id} of order {order} is settled: no longer set aside",
        "退货 {return_id}（订单 {order}）已结算：解除暂留",
    ),
    "return.failed": (
        "Return {return_id} of order {order} did not go through: given back",
        "退货 {return_id}（订单 {order}）未成功：已退回",
    ),
    "carry": (
        "{count} {unit} are kept beyond {expires_on}, until {until}",
        "{expires_on} 到期的{count} {unit}结转至 {until}",
    ),
    "extend": ("Your visit keeps your {unit} until {until}", "因您近期有消费，{unit}有效期延至 {until}"),
    "extend.unannounced": (
        "{count} {unit} ended on {expires_on} and nobody had told you: they are yours until {until}",
        "{count} {unit}已于 {expires_on} 到期但未曾提前告知，为您保留至 {until}",
    ),
    "give": ("Given to {name}", "赠予 {name}"),
    "receive": ("Received from {name}", "来自 {name} 的赠送"),
    "household.out": ("Moved into the shared account", "转入共享账户"),
    "household.in": ("{name} brought their points into the shared account", "{name} 将积分转入共享账户"),
    "dissolve.out": ("The shared account was closed: paid out to {name}", "共享账户已解散：转给 {name}"),
    "dissolve.in": ("Your share of the shared account that was closed", "共享账户解散后分得"),
    "merge.out": ("Moved to the membership this one was merged into", "会员合并：转入合并后的会员"),
    "merge.in": ("Brought in by a merged membership", "会员合并：由被合并的会员转入"),
    "unmerge.out": ("Given back: a merge was undone", "撤销会员合并：转回"),
    "unmerge.in": ("Got back: the merge was undone", "撤销会员合并：收回"),
    "hold.moved": ("Basket {hold} goes with its member", "购物车 {hold} 的预占随会员转移"),
    "write_off": ("What was owed is written off: {text}", "欠分已核销：{text}"),
    "debt.settled": (
        "{count} {unit} paid back what a return left owing",
        "{count} {unit}用于偿还退货欠下的积分",
    ),
}
"""By code: English, Chinese. Every code a flow writes stands here; a test holds it."""

_PARTS: Mapping[str, tuple[str, str]] = {
    "base": (
        "{basis} × {points_per} per {per} ({label}, version {version})",
        "{basis} × 每 {per} 积 {points_per}（{label}，第 {version} 版）",
    ),
    "factor": ("{label} ×{factor} (version {version})", "{label} ×{factor}（第 {version} 版）"),
    "tier": ("{label} ×{factor}", "{label} ×{factor}"),
    "event": ("{label} (version {version})", "{label}（第 {version} 版）"),
    "bonus": ("{label}: {basis} spent (version {version})", "{label}：已消费 {basis}（第 {version} 版）"),
    "nth": ("{label}: order number {number} (version {version})", "{label}：第 {number} 单（第 {version} 版）"),
    "streak": ("{label}: {days} days in a row (version {version})", "{label}：连续 {days} 天（第 {version} 版）"),
}

_CUTS: Mapping[str, tuple[str, str]] = {
    "member": (", at most {limit_points} points {period}", "，{period}最多 {limit_points} 分"),
    "budget": (", as much as its budget still held", "，以剩余预算为限"),
    "program": (
        ", at most {limit_points} points {period} over all rules",
        "，所有规则{period}合计最多 {limit_points} 分",
    ),
    "campaign": (", as much as the campaign's budget still held", "，以活动剩余预算为限"),
}
"""What a limit cut, behind the words of its part."""

_PERIODS: Mapping[str, tuple[str, str]] = {
    "order": ("an order", "每单"),
    "day": ("a day", "每天"),
    "week": ("a week", "每周"),
    "month": ("a month", "每月"),
    "year": ("a year", "每年"),
    "ever": ("in all", "累计"),
}

NONE: Mapping[str, tuple[str, str]] = {
    "none.amount": (
        "No points: the amount that earns is {basis}, below {per}",
        "未得积分：计分金额 {basis}，不足 {per}",
    ),
    "none.excluded": (
        "No points: nothing in this order earns (delivery, gift cards and tax do not)",
        "未得积分：本单没有计分商品（配送费、礼品卡与税费不计分）",
    ),
    "none.rules": ("No points: no earning rule is in force on this day", "未得积分：当日没有生效的积分规则"),
    "none.member": (
        "No points: {label} gives at most {limit_points} points {period}, and they are used up",
        "未得积分：{label}{period}最多 {limit_points} 分，额度已用完",
    ),
    "none.budget": ("No points: the budget of {label} is used up", "未得积分：{label}的预算已用完"),
    "none.program": (
        "No points: members get at most {limit_points} points {period} over all rules, and they are used up",
        "未得积分：所有规则{period}合计最多 {limit_points} 分，额度已用完",
    ),
    "none.condition": (
        "No points: the conditions of {label} are not met",
        "未得积分：未满足{label}的条件",
    ),
    "none.event_condition": (
        "No points for “{event}”: the conditions of {label} are not met",
        "“{event}”未得积分：未满足{label}的条件",
    ),
    "none.streak": (
        "No points for “{event}” yet: it takes {days} days in a row, this is day {streak}",
        "“{event}”暂未得积分：需连续 {days} 天，当前第 {streak} 天",
    ),
    "none.campaign": (
        "No points: the campaign's budget is used up ({label})",
        "未得积分：活动预算已用完（{label}）",
    ),
    "none.event": (
        "No points: no earning rule rewards “{event}” on this day",
        "未得积分：当日没有奖励“{event}”的积分规则",
    ),
    "none.limit_day": (
        "No points for “{event}”: the limit of {limit} a day is reached",
        "“{event}”未得积分：已达每日 {limit} 次上限",
    ),
    "none.limit_week": (
        "No points for “{event}”: the limit of {limit} a week is reached",
        "“{event}”未得积分：已达每周 {limit} 次上限",
    ),
    "none.limit_month": (
        "No points for “{event}”: the limit of {limit} a month is reached",
        "“{event}”未得积分：已达每月 {limit} 次上限",
    ),
    "none.limit_ever": (
        "No points for “{event}”: the limit of {limit} in all is reached",
        "“{event}”未得积分：已达总共 {limit} 次上限",
    ),
    "none.frozen": ("No points: the membership is frozen", "未得积分：会员账户已冻结"),
}
"""Why a purchase or an event earned nothing."""


def sentence(line: Line, *, language: str, wallet: Wallet, currency: str) -> Sentence:
    """The line as a person reads it: title, how the points came about, when they can be used and when they end."""
    params = dict(line.reason.params)
    details = [_part(part, language, currency, wallet) for part in params.get("parts", ())]
    details += [(note, None) for note in _dates(line, language)]
    if message := params.get("message"):
        details.append((f"“{message}”", None))
    if line.movement is Movement.LOAD and params.get("text"):
        details.append((params["text"], None))
    if line.movement is Movement.EXPIRE and (on := params.get("announced_on")):
        told = text.day(date.fromisoformat(on), language)
        details.append((f"已于 {told} 提前告知" if language == "zh" else f"Announced on {told}", None))
    if line.movement is Movement.CLAWBACK:
        details += [(note, None) for note in _shortfall(params, language, wallet, currency)]
    said = title(line.reason, points=line.points, language=language, wallet=wallet, currency=currency)
    return Sentence(title=said, details=tuple(details))


def title(reason: Reason, *, points: int, language: str, wallet: Wallet, currency: str) -> str:
    """What happened, in one line; `points` are those of the whole transfer."""
    values = _values(reason.params, language, currency)
    values["unit"] = text.pick(wallet.unit, language)
    values.setdefault("name", "另一位会员" if language == "zh" else "another member")
    values["count"] = amount(abs(int(reason.params.get("points", points))), language, wallet, currency)
    return _say(TITLES, reason.code, values, language)


def none_sentence(code: str, params: Mapping[str, Any], *, language: str, currency: str) -> str:
    """Why a purchase earned nothing, in words."""
    return _say(NONE, code, _values(dict(params), language, currency), language)


def missed_sentence(code: str, params: Mapping[str, Any], *, language: str, currency: str) -> str:
    """Why one rule gave nothing, in words."""
    return _say(MISSED, code, _values(dict(params), language, currency), language)


def part_sentence(part: Mapping[str, Any], *, language: str, currency: str, wallet: Wallet | None = None) -> str:
    """How one rule came to its points, in words; in a wallet of money they are amounts."""
    return _part(part, language, currency, wallet)[0]


def amount(points: int, language: str, wallet: Wallet, currency: str) -> str:
    """So many points of a wallet written out: a number, or an amount of money."""
    return text.money(points, currency, language) if wallet.is_money else text.number(points, language)


def _say(catalog: Mapping[str, tuple[str, str]], code: str, values: Mapping[str, Any], language: str) -> str:
    english, chinese = catalog.get(code, (code, code))
    return (chinese if language == "zh" else english).format_map(_Known(values))


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def _money(value: Any, currency: str, language: str) -> str:
    return text.money(value, currency, language)


def _day(value: Any, _: str, language: str) -> str:
    return text.day(date.fromisoformat(value), language)


_SHOWN: Mapping[str, tuple[str, Callable[[Any, str, str], str]]] = {
    "basis_minor": ("basis", _money),
    "per_minor": ("per", _money),
    "missing_minor": ("missing", _money),
    "expires_on": ("expires_on", _day),
    "until": ("until", _day),
    "period": ("period", lambda value, _, language: _PERIODS[value][language == "zh"]),
    "limit_points": ("limit_points", lambda value, _, language: text.number(value, language)),
}
"""Parameters that are written in a way of their own: the name in the sentence, and how."""


def _values(params: Mapping[str, Any], language: str, currency: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in params.items():
        if (shown := _SHOWN.get(key)) is not None:
            values[shown[0]] = shown[1](value, currency, language)
        elif isinstance(value, dict):
            values[key] = text.pick(value, language)
        else:
            values[key] = value
    return values


def _part(part: Mapping[str, Any], language: str, currency: str, wallet: Wallet | None) -> tuple[str, int | None]:
    values = _values(part, language, currency)
    if wallet is not None and wallet.is_money and "points_per" in part:
        values["points_per"] = text.money(part["points_per"], currency, language)
    said = _say(_PARTS, part["code"], values, language)
    if beaten := part.get("instead_of"):
        names = [text.pick(one["label"], language) for one in beaten]
        said += f"，优于{'、'.join(names)}" if language == "zh" else f", instead of {', '.join(names)}"
    if "limit" in part:
        said += _say(_CUTS, part["limit"], values, language)
    return said, part["points"]


def _dates(line: Line, language: str) -> list[str]:
    notes: list[str] = []
    if line.points <= 0 or line.movement not in {Movement.EARN, Movement.ADJUST, Movement.RESTORE, Movement.LOAD}:
        return notes
    if line.active_on == WAITING:
        notes.append("订单完成后可用" if language == "zh" else "Usable once the order is completed")
    elif EVER < line.active_on < NEVER:
        usable = text.day(line.active_on, language)
        notes.append(f"{usable} 起可用" if language == "zh" else f"Usable from {usable}")
    if line.expires_on < NEVER:
        ends = text.day(line.expires_on, language)
        notes.append(f"有效期至 {ends}" if language == "zh" else f"Expires at the end of {ends}")
    else:
        notes.append("永不过期" if language == "zh" else "Never expires")
    return notes


def _shortfall(params: Mapping[str, Any], language: str, wallet: Wallet, currency: str) -> list[str]:
    notes = []
    pays, owing = text.pick(wallet.unit, language), "欠款" if wallet.is_money else "欠分"

    def said(points: int) -> str:
        number = amount(points, language, wallet, currency)
        return f"{number} 分" if language == "zh" and not wallet.is_money else number

    if owed := params.get("owed"):
        notes.append(
            f"其中 {said(owed)}已用掉，记为{owing}，将由之后获得的{pays}抵还"
            if language == "zh"
            else f"{said(owed)} of them were already spent: they are owed and the next {pays} pay them back"
        )
    if forgiven := params.get("forgiven"):
        notes.append(
            f"其中 {said(forgiven)}已用掉，本次免除"
            if language == "zh"
            else f"{said(forgiven)} of them were already spent and are forgiven"
        )
    return notes
